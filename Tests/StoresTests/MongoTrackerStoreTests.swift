#if MongoDB
    import Dialogue
    import JSON
    import TestSupport
    import Testing

    @testable import Stores

    private let listen = Event(.action(ActionExecuted(name: "action_listen")), timestamp: 2.25)

    @Suite("Conversations in MongoDB", .ownThread)
    struct MongoTrackerStoreTests {
        /// A look behind the store.
        private func spy(_ kind: StoreUnderTest.Kind) throws -> MongoClient {
            MongoClient(try StoreUnderTest.mongo(kind))
        }

        private func document(_ conversation: String, _ spy: MongoClient) async throws -> JSONObject? {
            try await spy.send(.aggregate([["$match": ["sender_id": .string(conversation)]]])).first
        }

        /// Writes as Rasa does.
        private func push(_ events: [Event], to conversation: String, _ spy: MongoClient) async throws {
            _ = try await spy.send(
                .update(
                    filter: ["sender_id": .string(conversation)],
                    change: ["$push": ["events": ["$each": .array(events.map(\.json))]]], makes: true))
        }

        @Test("are documents as Rasa writes them", arguments: StoreUnderTest.Kind.mongos)
        func form(kind: StoreUnderTest.Kind) async throws {
            let setup = try await StoreUnderTest(kind)
            let spy = try spy(kind)
            var tracker = Tracker(conversation: "form", slots: [])
            tracker.update(listen)
            let parse: JSONObject = ["intent": ["name": "greet", "confidence": 1.0], "entities": []]
            let user = Event(.user(UserUttered(text: "hé", parseData: parse)), timestamp: 1_700_000_000.5)
            let first = try await setup.store.append([listen], leadingTo: tracker, after: .start, fence: 1)
            tracker.update(user)
            _ = try await setup.store.append([user], leadingTo: tracker, after: first, fence: 2)
            let document = try #require(try await document("form", spy))
            #expect(document["sender_id"] == "form")
            #expect(document["events"] == [listen.json, user.json])
            var state = try #require(tracker.currentState().object)
            state["events"] = nil
            for (name, value) in state { #expect(document[name] == value, "\(name)") }
            #expect(document["latest_event_time"] == 1_700_000_000.5)
            await spy.close()
            await setup.close()
        }

        @Test("are read where another program wrote them", arguments: StoreUnderTest.Kind.mongos)
        func foreign(kind: StoreUnderTest.Kind) async throws {
            let setup = try await StoreUnderTest(kind)
            let spy = try spy(kind)
            for conversation in ["theirs", "ours"] {
                var known = Revision.start
                if conversation == "ours" {
                    known = try await setup.store.append([listen], to: "ours", after: .start, fence: 1)
                } else {
                    try await push([listen], to: "theirs", spy)
                    known = try #require(try await setup.store.load("theirs")).position
                }
                let more = Recorded.events(0..<2)
                try await push(more, to: conversation, spy)
                guard
                    case .added(let events, let position) = try await setup.store.changes(
                        to: conversation, since: known)
                else {
                    Issue.record("the new events are not seen")
                    return
                }
                #expect(events == more)
                let error = await #expect(throws: StoreError.self) {
                    try await setup.store.append([listen], to: conversation, after: known, fence: 2)
                }
                #expect(error?.code == .conflict)
                let late = await #expect(throws: StoreError.self) {
                    try await setup.store.append([listen], to: conversation, after: .start, fence: 2)
                }
                #expect(late?.code == .conflict)
                _ = try await setup.store.append([listen], to: conversation, after: position, fence: 2)
                #expect(try await setup.store.load(conversation)?.events == [listen] + more + [listen])
            }
            await spy.close()
            await setup.close()
        }

        @Test("that are none are an error, not empty ones", arguments: StoreUnderTest.Kind.mongos)
        func nonsense(kind: StoreUnderTest.Kind) async throws {
            let setup = try await StoreUnderTest(kind)
            let spy = try spy(kind)
            for (name, events) in [("text", "a"), ("kind", [["event": "no such kind"]])] as [(String, JSON)] {
                _ = try await spy.send(
                    .update(
                        filter: ["sender_id": .string(name)], change: ["$set": ["events": events]], makes: true))
                for read in [setup.store.load, setup.store.lastSession] {
                    let error = await #expect(throws: StoreError.self) { try await read(name) }
                    #expect(error?.code == .unreadable)
                }
            }
            _ = try await spy.send(
                .update(filter: ["sender_id": "empty"], change: ["$set": ["slots": [:]]], makes: true))
            #expect(try await setup.store.load("empty") == nil)
            _ = try await setup.store.append([listen], to: "empty", after: .start, fence: 1)
            #expect(try await setup.store.load("empty")?.events == [listen])
            await spy.close()
            await setup.close()
        }

        @Test("that old versions named by numbers get their names", arguments: StoreUnderTest.Kind.mongos)
        func numbers(kind: StoreUnderTest.Kind) async throws {
            let setup = try await StoreUnderTest(kind)
            let spy = try spy(kind)
            _ = try await spy.send(
                .update(
                    filter: ["sender_id": 4711], change: ["$set": ["events": [listen.json]]], makes: true))
            #expect(try await setup.store.conversations().contains("4711"))
            #expect(try await setup.store.load("4711")?.events == [listen])
            #expect(try await document("4711", spy) != nil)
            #expect(try await setup.store.load("4712") == nil)
            await spy.close()
            await setup.close()
        }

        @Test("may be deleted or renamed, even if another takes their place", arguments: StoreUnderTest.Kind.mongos)
        func replaced(kind: StoreUnderTest.Kind) async throws {
            let setup = try await StoreUnderTest(kind)
            let spy = try spy(kind)
            let position = try await setup.store.append([listen, listen], to: "gone", after: .start, fence: 1)
            _ = try await spy.send(
                .update(filter: ["sender_id": "gone"], change: ["$set": ["sender_id": "renamed"]], makes: false))
            #expect(try await setup.store.changes(to: "gone", since: position) == .other(nil))
            let error = await #expect(throws: StoreError.self) {
                try await setup.store.append([listen], to: "gone", after: position, fence: 2)
            }
            #expect(error?.code == .conflict)
            let other = try await setup.store.append([listen, listen], to: "gone", after: .start, fence: 2)
            guard case .other(let stored) = try await setup.store.changes(to: "gone", since: position) else {
                Issue.record("what is as long as the old is taken for the old")
                return
            }
            #expect(stored?.position == other)
            #expect(try await setup.store.load("renamed")?.position == position)
            await spy.close()
            await setup.close()
        }

        @Test("refuse a writer with an older fence", arguments: StoreUnderTest.Kind.mongos)
        func fence(kind: StoreUnderTest.Kind) async throws {
            let setup = try await StoreUnderTest(kind)
            let first = try await setup.store.append([listen], to: "late", after: .start, fence: 9)
            let error = await #expect(throws: StoreError.self) {
                try await setup.store.append([listen], to: "late", after: first, fence: 8)
            }
            #expect(error?.code == .conflict)
            await setup.close()
        }

        @Test("refuse what a document cannot hold, and keep what was there", arguments: StoreUnderTest.Kind.mongos)
        func tooLarge(kind: StoreUnderTest.Kind) async throws {
            let setup = try await StoreUnderTest(kind)
            let first = try await setup.store.append([listen], to: "large", after: .start, fence: 1)
            let large = Event(.slot(SlotSet("s", .string(String(repeating: "x", count: 17_000_000)))), timestamp: 1)
            let named = Event(.slot(SlotSet("s", ["a\0b": 1])), timestamp: 1)
            for event in [large, named] {
                let error = await #expect(throws: StoreError.self) {
                    try await setup.store.append([event], to: "large", after: first, fence: 1)
                }
                #expect(error?.code == .refused)
            }
            #expect(try await setup.store.load("large")?.events == [listen])
            await setup.close()
        }

        @Test("cost two requests a turn, and bring only what is new", arguments: StoreUnderTest.Kind.mongos)
        func cost(kind: StoreUnderTest.Kind) async throws {
            let setup = try await StoreUnderTest(kind)
            let store = try #require(setup.store as? MongoTrackerStore)
            var position = Revision.start
            for turn in 0..<3 {
                let before = store.requests
                #expect(
                    try await turn == 0
                        ? store.lastSession(of: "cost") == nil
                        : store.changes(to: "cost", since: position) == .none)
                position = try await store.append([listen, listen], to: "cost", after: position, fence: 1)
                #expect(store.requests - before == 2)
            }
            await setup.close()
        }

        @Test("are stored once when the answer was lost", arguments: StoreUnderTest.Kind.mongos)
        func lostResponse(kind: StoreUnderTest.Kind) async throws {
            let setup = try await StoreUnderTest(kind)
            let server = try StoreUnderTest.mongoPort(kind)
            let proxy = try TCPProxy(to: server)
            let store = MongoTrackerStore(MongoConfiguration(url: "mongodb://127.0.0.1:\(proxy.port)"))
            let first = try await store.append([listen], to: "lost", after: .start, fence: 1)
            proxy.set(.loseNextResponse)
            let second = try await store.append(Recorded.events(0..<2), to: "lost", after: first, fence: 1)
            #expect(try await setup.store.load("lost")?.position == second)
            #expect(try await setup.store.load("lost")?.events == [listen] + Recorded.events(0..<2))
            // Where another one came first, the lost attempt was none.
            proxy.set(.loseNextResponse)
            let error = await #expect(throws: StoreError.self) {
                try await store.append([listen], to: "lost", after: first, fence: 1)
            }
            #expect(error?.code == .conflict)
            proxy.set(.loseNextResponse)
            let new = try await store.append([listen], to: "lost new", after: .start, fence: 1)
            #expect(try await setup.store.load("lost new")?.position == new)
            await store.close()
            await setup.close()
        }
    }
#endif
