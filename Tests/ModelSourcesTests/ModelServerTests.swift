import Foundation
import NIOPosix
import Settings
import Synchronization
import System
import TestSupport
import Testing
import YAML

@testable import ModelSources

@Suite("A model server's archive is fetched once, whole, and under a name of our own")
struct ModelServerTests {
    private static let archive = [UInt8]((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) })

    private func fetch(
        _ server: HTTPStub, unless validator: String? = nil, _ settings: String = "",
        limits: (inout DownloadLimits) -> Void = { _ in }
    ) async throws -> (FetchOutcome, [UInt8]) {
        let directory = try TemporaryDirectory()
        let yaml = "url: \(server.url)/models/a?b=c\n\(settings)"
        var warnings: [SettingsWarning] = []
        let node = try YAMLReader().read(Array(yaml.utf8), file: "e.yml")
        let endpoint = try ModelServerSettings(node, &warnings).endpoint
        var downloads = DownloadLimits()
        downloads.firstPause = .milliseconds(5)
        // A server of this process that is silent has no core, unless the test means its silence.
        downloads.silence = .seconds(600)
        limits(&downloads)
        let source = try ModelServer(
            endpoint, loop: MultiThreadedEventLoopGroup.singleton.any(), limits: downloads)
        let file = "\(directory.path)/file"
        let outcome: FetchOutcome
        do {
            outcome = try await source.fetch(into: file, unless: validator)
        } catch {
            await source.close()
            throw error
        }
        await source.close()
        #expect(directory.names() == ["file"])
        return (outcome, try File.read(file))
    }

    private func failure(_ body: () async throws -> Void) async -> ModelSourceError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? ModelSourceError
        }
    }

    @Test("Token, query, headers and basic authentication are sent; the validator comes back")
    func requestAndResponse() async throws {
        let server = try HTTPStub { _ in
            .init(200, ["ETag": "\"1\"", "filename": "nice.tar.gz"], body: Self.archive)
        }
        let (outcome, bytes) = try await fetch(
            server,
            "token: t 1\nheaders: {X-Own: here}\nbasic_auth: {username: ann, password: pw}\nwait_time_between_pulls: 5\n"
        )
        #expect(bytes == Self.archive)
        guard case .fetched(let archive) = outcome else { throw POSIXError(.EIO) }
        #expect(archive.name == "nice.tar.gz" && archive.validator == "\"1\"" && archive.digest.count == 32)
        let request = try #require(server.requests.first)
        #expect(request.target == "/models/a?b=c&token=t%201")
        #expect(request.headers["x-own"] == "here" && request.headers["authorization"] == "Basic YW5uOnB3")
        #expect(request.headers["if-none-match"] == nil && request.headers["user-agent"] == "Parley")
    }

    @Test(
        "A name that could do harm is not taken",
        arguments: ["../../evil.tar.gz", "/etc/passwd", "a\\b.tar.gz", ".hidden.tar.gz", "model.pkl", ""])
    func harmfulName(name: String) async throws {
        let server = try HTTPStub { _ in .init(200, ["filename": name], body: Self.archive) }
        guard case .fetched(let archive) = try await fetch(server).0 else { throw POSIXError(.EIO) }
        #expect(archive.name == "model.tar.gz")
    }

    @Test("304 and, for a known archive, 204 mean nothing new; 404, 204 at first and others are refused")
    func statuses() async throws {
        for status in [204, 304] {
            let server = try HTTPStub { _ in .init(status) }
            #expect(try await fetch(server, unless: "\"1\"").0 == .unchanged)
            #expect(server.requests.first?.headers["if-none-match"] == "\"1\"")
        }
        for (status, code) in [(404, ModelSourceError.Code.missing), (204, .missing), (500, .refused), (403, .refused)]
        {
            let server = try HTTPStub { _ in .init(status) }
            #expect(await failure { _ = try await fetch(server) }?.code == code)
        }
    }

    @Test("A download that breaks off is taken up where it ended")
    func resumption() async throws {
        let server = try HTTPStub { request in
            let first = request.headers["range"]?.dropFirst(6).split(separator: "-").first.flatMap { Int($0) } ?? 0
            var reply = HTTPStub.Response(
                first == 0 ? 200 : 206,
                [
                    "ETag": "\"1\"", "Accept-Ranges": "bytes",
                    "Content-Range": "bytes \(first)-\(Self.archive.count - 1)/\(Self.archive.count)",
                ], body: Array(Self.archive[first...]))
            reply.fault = .closes(after: 120_000)
            return reply
        }
        let (outcome, bytes) = try await fetch(server)
        #expect(bytes == Self.archive)
        #expect(server.requests.count >= 3 && server.requests.dropFirst().allSatisfy { $0.headers["range"] != nil })
        #expect(server.requests.last?.headers["if-range"] == "\"1\"")
        let whole = try HTTPStub { _ in .init(200, ["ETag": "\"1\""], body: Self.archive) }
        #expect(try await fetch(whole).0 == outcome)
    }

    @Test("A server that knows no ranges, or has another archive by now, is taken from the start")
    func restart() async throws {
        let count = Mutex(0)
        let other = [UInt8](repeating: 7, count: 1000)
        let server = try HTTPStub { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            var reply = HTTPStub.Response(200, ["ETag": "\"\(number)\""], body: number < 2 ? Self.archive : other)
            if number < 2 { reply.fault = .closes(after: 100_000) }
            return reply
        }
        let (outcome, bytes) = try await fetch(server)
        #expect(bytes == other)
        guard case .fetched(let archive) = outcome else { throw POSIXError(.EIO) }
        #expect(archive.validator == "\"2\"")
    }

    @Test("What never arrives, stalls, says a wrong size or is too large ends with an error in time")
    func faults() async throws {
        let wrong = try HTTPStub { _ in
            var reply = HTTPStub.Response(200, ["Accept-Ranges": "none"], body: [1, 2, 3])
            reply.length = 10
            return reply
        }
        #expect(await failure { _ = try await fetch(wrong) { $0.resumptions = 2 } }?.code == .unavailable)
        #expect(wrong.requests.count == 3)
        let stalls = try HTTPStub { _ in
            var reply = HTTPStub.Response(200, body: Self.archive)
            reply.fault = .stalls(after: 10)
            return reply
        }
        let error = await failure {
            _ = try await fetch(stalls) {
                $0.silence = .milliseconds(200)
                $0.resumptions = 1
            }
        }
        #expect(error?.code == .unavailable)
        let large = try HTTPStub { _ in .init(200, body: Self.archive) }
        #expect(await failure { _ = try await fetch(large) { $0.bytes = 1000 } }?.code == .tooLarge)
        let silent = try HTTPStub { _ in
            var reply = HTTPStub.Response(200, body: Self.archive)
            reply.fault = .stalls(after: 0)
            return reply
        }
        // The whole has its end, however long silence is allowed.
        let tooLate = await failure { _ = try await fetch(silent) { $0.whole = .milliseconds(300) } }
        #expect(tooLate?.code == .unavailable)
    }
}
