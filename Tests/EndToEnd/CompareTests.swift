import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("parley compare plays the same on two servers", .ownThread)
struct CompareTests {
    private static let project = Result { try ComparedProject() }

    private static let files = [
        "--nlu", ComparedProject.data, "--stories", ComparedProject.data, "--tests", ComparedProject.tests,
    ]

    private func server(_ arguments: [String] = ["--enable-api"], endpoints: String = "") throws -> ParleyServer {
        try ParleyServer(arguments, model: try Self.project.get().archive, endpoints: endpoints)
    }

    private func compare(
        _ server: ParleyServer, model: String? = nil, _ arguments: [String] = CompareTests.files,
        directory: TemporaryDirectory? = nil
    ) throws -> RunningProcess.Ending {
        let model = try model ?? Self.project.get().archive
        let empty = try TemporaryDirectory()
        return try RunningProcess(
            ParleyServer.binary,
            ["compare", "-m", model, "--against", "http://127.0.0.1:\(server.port)"] + arguments,
            directory: (directory ?? empty).path
        ).ending()
    }

    @Test("nothing differs with the same model: examples, stories and tests, and the report says so")
    func equal() throws {
        let directory = try TemporaryDirectory()
        let ending = try compare(try server(), Self.files + ["--output", "report.html"], directory: directory)
        #expect(ending.status == 0, "\(ending.lines)")
        #expect(ending.lines.contains("Played:   1 × model, 16 × example, 2 × story, 1 × test"), "\(ending.lines)")
        #expect(ending.lines.contains("Nothing differs in 20 plays."))
        let page = try String(contentsOfFile: "\(directory.path)/report.html", encoding: .utf8)
        #expect(page.contains("Nothing differs in 20 plays.") && page.contains("POST /model/parse"))
    }

    @Test("each difference in an archive is found, and where it is", arguments: Plant.allCases)
    func planted(plant: Plant) throws {
        let archive = try Self.project.get().planted(plant)
        let ending = try compare(try server(), model: archive)
        #expect(ending.status == 1, "\(ending.lines)")
        let words: [String] =
            switch plant {
            case .weight: ["/intent/confidence", "intent thank"]
            case .rule: ["\"utter_goodbye\"", "\"utter_welcome\"", "action utter_goodbye"]
            case .response: ["\"Hello!\"", "\"Hello.\"", "action utter_greet"]
            case .variation: ["/responses/utter_goodbye/1/text"]
            case .threshold: ["\"nlu_fallback\""]
            case .synonym: ["\"mocha\""]
            case .lookup: ["lemonade"]
            case .mapping: ["/slots/drink/mappings/0/entity", "\"tea\"", "\"12\""]
            case .memorizedTurn: ["\"utter_welcome\"", "\"utter_greet\"", "intent thank"]
            case .priority: ["\"RulePolicy\"", "\"MemoizationPolicy\""]
            case .regex: ["\"12\"", "\"1\""]
            }
        for word in words { #expect(ending.lines.contains { $0.contains(word) }, "\(word): \(ending.lines)") }
    }

    @Test("without the API what the assistant says is compared, and that it is so little is said")
    func withoutAPI() throws {
        let server = try server([])
        let same = try compare(server)
        #expect(same.status == 0, "\(same.lines)")
        #expect(same.lines.contains { $0.contains("the running Rasa has no API") }, "\(same.lines)")
        let other = try compare(server, model: try Self.project.get().planted(.response, as: "silent"))
        #expect(other.status == 1 && other.lines.contains { $0.contains("\"Hello.\"") }, "\(other.lines)")
    }

    @Test("recorded requests; those that would change a server are refused by their line")
    func requests() throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            """
            {"path": "/webhooks/rest/webhook", "body": {"sender": "ann", "message": "hello"}}
            {"path": "/conversations/ann/predict", "method": "POST"}
            {"path": "/model/parse", "body": {"text": "thanks"}}

            """, as: "requests.jsonl")
        try directory.write("{\"path\": \"/model\", \"method\": \"DELETE\"}\n", as: "bad.jsonl")
        let server = try server()
        let ending = try compare(server, ["--requests", "requests.jsonl"], directory: directory)
        #expect(ending.status == 0, "\(ending.lines)")
        #expect(ending.lines.contains { $0.hasPrefix("POST /conversations/{id}/predict ") }, "\(ending.lines)")
        let refused = try compare(server, ["--requests", "bad.jsonl"], directory: directory)
        #expect(refused.status == 65 && refused.lines.last?.contains("bad.jsonl:1: DELETE /model") == true)
        #expect(try server.events(of: "ann").filter { $0["event"] == "user" }.isEmpty)
    }

    @Test("conversations of a tracker store, of which not a byte changes")
    func conversations() throws {
        let directory = try TemporaryDirectory()
        let endpoints = "tracker_store:\n  type: SQL\n  db: \(directory.path)/tracker.db\n"
        do {
            let server = try server(endpoints: endpoints)
            for message in ["hello", "a tea for table 4", "thanks"] { _ = try server.say(message, as: "ann") }
            server.process.signal(SIGTERM)
            _ = try server.process.ending()
        }
        try directory.write(endpoints, as: "endpoints.yml")
        func stored() throws -> [String: Data] {
            var files: [String: Data] = [:]
            for name in directory.names() where name.hasPrefix("tracker.db") && !name.hasSuffix("-shm") {
                files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(directory.path)/\(name)"))
            }
            return files
        }
        let before = try stored()
        let ending = try compare(try server(), ["--conversations"], directory: directory)
        #expect(ending.status == 0, "\(ending.lines)")
        #expect(ending.lines.contains("Played:   1 × model, 1 × conversation"), "\(ending.lines)")
        #expect(ending.lines.contains { $0.contains(#/^POST /webhooks/rest/webhook +3 +0 /#) }, "\(ending.lines)")
        let after = try stored()
        #expect(before["tracker.db"] == after["tracker.db"])
        #expect(after.allSatisfy { $0.key == "tracker.db" || $0.value.isEmpty || before[$0.key] == $0.value })
    }

    @Test("a Parley that runs already is as good as one that is started")
    func runningParley() throws {
        let (first, second) = (try server(), try server(["--enable-api", "--auth-token", "secret"]))
        let ending = try compare(
            first, Self.files + ["--parley", "http://127.0.0.1:\(second.port)/", "--parley-token", "secret"])
        #expect(ending.status == 0, "\(ending.lines)")
        let names = Set(try [first, second].map { try $0.call("GET", "/status").status })
        #expect(names == [200, 401])
    }

    @Test("what cannot be asked is one sentence with what to do")
    func failures() throws {
        let server = try server(["--enable-api", "--auth-token", "secret"])
        let refused = try compare(server)
        #expect(refused.status == 77 && refused.lines.last?.contains("--auth-token") == true, "\(refused.lines)")
        #expect(try compare(server, Self.files + ["--auth-token", "secret"]).status == 0)
        let missing = try compare(server, model: "/nowhere")
        #expect(missing.status == 66 && missing.lines.last?.contains("--model") == true, "\(missing.lines)")
        let nothing = try compare(server, [])
        #expect(nothing.status == 64 && nothing.lines.last?.contains("--nlu") == true, "\(nothing.lines)")
        server.process.end(SIGKILL)
        let gone = try compare(server)
        #expect(gone.status == 69 && gone.lines.last?.contains("correct --against") == true, "\(gone.lines)")
    }

    @Test("its own server ends with it, however it ends", arguments: [SIGTERM, SIGINT, SIGKILL])
    func ends(signal: Int32) throws {
        let silent = try Loopback.listen()
        defer { close(silent.descriptor) }
        let process = try RunningProcess(
            ParleyServer.binary,
            ["compare", "-m", try Self.project.get().archive, "--against", "http://127.0.0.1:\(silent.port)"]
                + Self.files)
        #expect(eventually { !ParleyServer.children(of: process.pid).isEmpty })
        let children = ParleyServer.children(of: process.pid)
        process.end(signal)
        #expect(eventually { children.allSatisfy { kill($0, 0) != 0 } })
    }
}
