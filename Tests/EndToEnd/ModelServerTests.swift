import EndToEndSupport
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

@Suite("The model comes from a model server, for all workers at once", .ownThread)
struct ModelServerTests {
    private static let counter = Fixtures.path("counter.tar.gz")

    /// What the server has: the archive's bytes, and how it calls them.
    private final class Shelf: Sendable {
        private let content: Mutex<([UInt8], String)>

        init(_ path: String) throws { content = Mutex((Array(try Data(contentsOf: URL(fileURLWithPath: path))), "1")) }

        func put(_ bytes: [UInt8], _ tag: String) { content.withLock { $0 = (bytes, tag) } }

        func respond(_ request: HTTPStub.Request) -> HTTPStub.Response {
            let (bytes, tag) = content.withLock { $0 }
            if tag.isEmpty { return .init(404) }
            if request.headers["if-none-match"] == "\"\(tag)\"" { return .init(304) }
            return .init(200, ["ETag": "\"\(tag)\"", "filename": "v\(tag).tar.gz"], body: bytes)
        }
    }

    private func models(_ server: HTTPStub, every: String) -> String {
        "models:\n  url: \(server.url)/latest\n  wait_time_between_pulls: \(every)\n"
    }

    private func file(_ server: ParleyServer) throws -> String? {
        try server.call("GET", "/status").json?["model_file"]?.string
    }

    @Test("A newer model reaches both workers, a bad one none, and the same one is not fetched again")
    func pulling() throws {
        let shelf = try Shelf(ParleyServer.demo)
        let source = try HTTPStub { shelf.respond($0) }
        let server = try ParleyServer(
            workers: 2, redis: try RedisServer(), endpoints: models(source, every: "1"))
        #expect(try file(server) == "v1.tar.gz")
        #expect(eventually { source.requests.count >= 3 })
        #expect(source.requests.dropFirst().allSatisfy { $0.headers["if-none-match"] == "\"1\"" })
        shelf.put(Array(try Data(contentsOf: URL(fileURLWithPath: Self.counter))), "2")
        #expect(try eventually { try file(server) == "v2.tar.gz" })
        for number in 0..<8 {
            #expect(try file(server) == "v2.tar.gz")
            let response = try server.say("hello", as: "ann\(number)")
            #expect(response.json?.array?.first?["text"] == "Welcome to the counter.")
        }
        shelf.put(Array("no archive".utf8), "3")
        _ = try server.process.awaitLine { $0.contains("No newer model is used") ? true : nil }
        for _ in 0..<8 { #expect(try file(server) == "v2.tar.gz") }
        // The bad one is not fetched for ever.
        #expect(eventually { source.requests.last?.headers["if-none-match"] == "\"3\"" })
        shelf.put(Array(try Data(contentsOf: URL(fileURLWithPath: ParleyServer.demo))), "4")
        #expect(try eventually { try file(server) == "v4.tar.gz" })
    }

    @Test("A server that has nothing yet is asked again; PUT /model asks it at once, and DELETE ends the asking")
    func nothingAtFirst() throws {
        let shelf = try Shelf(ParleyServer.demo)
        shelf.put([], "")
        let source = try HTTPStub { shelf.respond($0) }
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
        let source = try HTTPStub { shelf.respond($0) }
        let server = try ParleyServer(workers: 2, redis: try RedisServer())
        let body = #"{"model_server": {"url": "\#(source.url)/m", "token": "secret", "wait_time_between_pulls": 1}}"#
        #expect(try server.call("PUT", "/model", body).status == 204)
        #expect(try file(server) == "v1.tar.gz")
        shelf.put(Array(try Data(contentsOf: URL(fileURLWithPath: ParleyServer.demo))), "2")
        #expect(try eventually { try file(server) == "v2.tar.gz" })
        #expect(source.requests.allSatisfy { $0.target == "/m?token=secret" })
        #expect(server.process.lines.allSatisfy { !$0.contains("secret") })
        #expect(try server.call("PUT", "/model", #"{"model_server": {"wrong": 1}}"#).status == 400)
        #expect(try server.call("PUT", "/model", #"{"remote_storage": "tape", "model_file": "x"}"#).status == 400)
        #expect(try file(server) == "v2.tar.gz")
    }
}
