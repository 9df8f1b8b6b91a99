import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

@Suite("The model comes from a model server, for all workers at once")
struct ModelServerTests {
    private static let counter = ParleyServer.checkout.appendingPathComponent(
        "Tests/EndToEnd/Fixtures/counter.tar.gz"
    ).path

    /// What the server has: the archive's bytes, and how it calls them.
    private final class Shelf: Sendable {
        private let content: Mutex<([UInt8], String)>

        init(_ path: String) throws { content = Mutex((Array(try Data(contentsOf: URL(fileURLWithPath: path))), "1")) }

        func put(_ bytes: [UInt8], _ tag: String) { content.withLock { $0 = (bytes, tag) } }

        func answer(_ request: FileServer.Request) -> FileServer.Reply {
            let (bytes, tag) = content.withLock { $0 }
            if tag.isEmpty { return .init(404) }
            if request.headers["if-none-match"] == "\"\(tag)\"" { return .init(304) }
            return .init(200, ["ETag": "\"\(tag)\"", "filename": "v\(tag).tar.gz"], body: bytes)
        }
    }

    private func models(_ server: FileServer, every: String) -> String {
        "models:\n  url: \(server.url)/latest\n  wait_time_between_pulls: \(every)\n"
    }

    private func file(_ server: ParleyServer) throws -> String? {
        try server.call("GET", "/status").json?["model_file"]?.string
    }

    private func await_(_ what: () throws -> Bool) throws {
        let end = Date(timeIntervalSinceNow: 60)
        while try !what() {
            guard Date() < end else { throw EndToEndError("what was waited for did not happen") }
            usleep(50_000)
        }
    }

    @Test("A newer model reaches both workers, a bad one none, and the same one is not fetched again")
    func pulling() throws {
        let shelf = try Shelf(ParleyServer.demo)
        let source = try FileServer { shelf.answer($0) }
        let server = try ParleyServer(
            workers: 2, redis: try RedisServer(), endpoints: models(source, every: "1"))
        #expect(try file(server) == "v1.tar.gz")
        try await_ { source.requests.count >= 3 }
        #expect(source.requests.dropFirst().allSatisfy { $0.headers["if-none-match"] == "\"1\"" })
        shelf.put(Array(try Data(contentsOf: URL(fileURLWithPath: Self.counter))), "2")
        try await_ { try file(server) == "v2.tar.gz" }
        for number in 0..<8 {
            #expect(try file(server) == "v2.tar.gz")
            let answer = try server.say("hello", as: "ann\(number)")
            #expect(answer.json?.array?.first?["text"] == "Welcome to the counter.")
        }
        shelf.put(Array("no archive".utf8), "3")
        _ = try server.process.awaitLine { $0.contains("No newer model is served") ? true : nil }
        for _ in 0..<8 { #expect(try file(server) == "v2.tar.gz") }
        // The bad one is not fetched for ever.
        try await_ { source.requests.last?.headers["if-none-match"] == "\"3\"" }
        shelf.put(Array(try Data(contentsOf: URL(fileURLWithPath: ParleyServer.demo))), "4")
        try await_ { try file(server) == "v4.tar.gz" }
    }

    @Test("A server that has nothing yet is asked again; PUT /model asks it at once, and DELETE ends the asking")
    func nothingAtFirst() throws {
        let shelf = try Shelf(ParleyServer.demo)
        shelf.put([], "")
        let source = try FileServer { shelf.answer($0) }
        let server = try ParleyServer([], endpoints: models(source, every: "3600"))
        #expect(try server.call("GET", "/").status == 200)
        #expect(source.requests.count == 1)
        let other = try ParleyServer(["--enable-api"], endpoints: models(source, every: "null"))
        #expect(try other.call("PUT", "/model", #"{"model_file": "x"}"#).status == 400)
        shelf.put(Array(try Data(contentsOf: URL(fileURLWithPath: ParleyServer.demo))), "5")
        #expect(try other.call("PUT", "/model", #"{"model_file": "x"}"#).status == 204)
        #expect(try file(other) == "v5.tar.gz")
        #expect(try other.call("DELETE", "/model").status == 204)
        #expect(try other.call("GET", "/status").status == 409)
    }

    @Test("A request may name another server, which is asked again from then on")
    func otherServer() throws {
        let shelf = try Shelf(Self.counter)
        let source = try FileServer { shelf.answer($0) }
        let server = try ParleyServer(workers: 2, redis: try RedisServer())
        let body = #"{"model_server": {"url": "\#(source.url)/m", "token": "secret", "wait_time_between_pulls": 1}}"#
        #expect(try server.call("PUT", "/model", body).status == 204)
        #expect(try file(server) == "v1.tar.gz")
        shelf.put(Array(try Data(contentsOf: URL(fileURLWithPath: ParleyServer.demo))), "2")
        try await_ { try file(server) == "v2.tar.gz" }
        #expect(source.requests.allSatisfy { $0.target == "/m?token=secret" })
        #expect(server.process.lines.allSatisfy { !$0.contains("secret") })
        #expect(try server.call("PUT", "/model", #"{"model_server": {"wrong": 1}}"#).status == 400)
        #expect(try server.call("PUT", "/model", #"{"remote_storage": "tape", "model_file": "x"}"#).status == 400)
        #expect(try file(server) == "v2.tar.gz")
    }
}
