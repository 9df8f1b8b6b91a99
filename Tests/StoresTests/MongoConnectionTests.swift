#if MongoDB
    import Dialogue
    import JSON
    import TestSupport
    import Testing

    @testable import Stores

    private let listen = Event(.action(ActionExecuted(name: "action_listen")), timestamp: 2.25)

    @Suite("The connection to MongoDB", .ownThread)
    struct MongoConnectionTests {
        private func failure(_ url: String, _ change: (inout MongoConfiguration) -> Void = { _ in }) async
            -> MongoError?
        {
            var configuration = MongoConfiguration(url: url)
            configuration.connectTimeout = .seconds(1)
            change(&configuration)
            let store = MongoTrackerStore(configuration)
            let error = await #expect(throws: MongoError.self) { try await store.prepare() }
            await store.close()
            return error
        }

        @Test("is made with user and password, from keys or from the address")
        func password() async throws {
            let peer = try MongoPeer(password: "s:e/c@ret")
            var configuration = MongoConfiguration(url: "mongodb://127.0.0.1:\(peer.port)/?authSource=elsewhere")
            configuration.username = "parley"
            configuration.password = "s:e/c@ret"
            let store = MongoTrackerStore(configuration)
            try await store.prepare()
            await store.close()
            let other = MongoTrackerStore(
                MongoConfiguration(url: "mongodb://parley:s%3Ae%2Fc%40ret@127.0.0.1:\(peer.port)/"))
            try await other.prepare()
            await other.close()
            let address = "mongodb://127.0.0.1:\(peer.port)"
            #expect(await failure(address)?.code == .denied)
            let wrong = await failure(address) { ($0.username, $0.password) = ("parley", "not that") }
            #expect(wrong?.code == .denied)
            #expect(wrong?.message.contains("not that") == false)
            let elsewhere = await failure(address) {
                ($0.username, $0.password, $0.authSource) = ("parley", "s:e/c@ret", "rasa")
            }
            #expect(elsewhere?.code == .denied)
        }

        @Test("is refused at once for an address that cannot be used, and the password is not told")
        func badAddresses() async {
            for url in [
                "mongodb://", "mongodb://h:x", "mongodb://u:p%zzsesame@h", "mongodb://u:open:sesame@h", "http://h",
                "mongodb://h/?w=0",
            ] {
                let error = await failure(url)
                #expect(error?.code == .badAddress, "\(url)")
                #expect(error?.message.contains("sesame") == false)
            }
        }

        @Test(
            "is encrypted by the options of the address, and the server has to show whom it belongs to",
            .enabled(if: TestCertificates.isPossible, "needs the openssl command"))
        func encrypted() async throws {
            let certificates = try TestCertificates()
            let front = try await TLSFront(to: MongoPeer.shared.get().port, certificates)
            let address = "mongodb://127.0.0.1:\(front.port)/?tls=true&tlsCAFile="
            // The certificate is for another name.
            let store = MongoTrackerStore(
                MongoConfiguration(url: address + certificates.authority + "&tlsAllowInvalidHostnames=true"))
            try await store.prepare()
            await store.close()
            for options in [certificates.authority, certificates.strangeAuthority + "&tlsAllowInvalidHostnames=true"] {
                let error = await failure(address + options)
                #expect(error?.code == .unreachable)
            }
            #expect(await failure("mongodb://127.0.0.1:\(front.port)")?.code == .unreachable)
            try await front.close()
        }

        @Test("fails where nobody listens, and comes back with the server")
        func comesBack() async throws {
            let peer = try MongoPeer()
            var configuration = MongoConfiguration(url: "mongodb://127.0.0.1:\(peer.port)")
            configuration.connectTimeout = .seconds(2)
            let store = MongoTrackerStore(configuration)
            let first = try await store.append([listen], to: "c", after: .start, fence: 1)
            peer.stop()
            for _ in 0..<3 {
                let error = await #expect(throws: StoreError.self) { try await store.load("c") }
                #expect(error?.code == .unreachable)
            }
            try peer.start()
            var stored: StoredConversation?
            repeat { stored = try? await store.load("c") } while stored == nil
            #expect(stored?.position == first)
            peer.stop()
            try peer.start()
            // What was open before is dead without having said so.
            let second = try await store.append([listen], to: "c", after: first, fence: 1)
            #expect(try await store.load("c")?.position == second)
            await store.close()
        }

        @Test("is given up when no answer comes")
        func silence() async throws {
            let proxy = try TCPProxy(to: MongoPeer.shared.get().port)
            var configuration = MongoConfiguration(url: "mongodb://127.0.0.1:\(proxy.port)")
            configuration.timeout = .seconds(2)
            configuration.connectTimeout = .seconds(2)
            let store = MongoTrackerStore(configuration)
            _ = try await store.append([listen], to: "silent", after: .start, fence: 1)
            proxy.set(.holdAll)
            let error = await #expect(throws: StoreError.self) { try await store.load("silent") }
            #expect(error?.code == .unreachable)
            proxy.set(.forward)
            await store.close()
        }
    }
#endif
