import Foundation
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import WebClient

/// Does something with a caller, and ends it.
func withCaller<Value>(_ work: (OutboundHTTPClient) async throws -> Value) async throws -> Value {
    let caller = OutboundHTTPClient(loop: MultiThreadedEventLoopGroup.singleton.next())
    do {
        let value = try await work(caller)
        await caller.close()
        return value
    } catch {
        await caller.close()
        throw error
    }
}

@Suite("Calls of servers")
struct CallerTests {
    /// How a server takes its time.
    enum Pace: String, CaseIterable {
        case nothing, head, body, chunks, redirect
    }

    @Test("are over with their time, whatever of the answer has come", arguments: Pace.allCases)
    func deadline(pace: Pace) async throws {
        let server = try LoopbackServer { request, connection in
            switch pace {
            case .nothing: break
            case .head: return Self.trickle("HTTP/1.1 200 OK\r\nx: ", "y", connection)
            case .body: return Self.trickle("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", " ", connection)
            case .chunks:
                return Self.trickle("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\n \r\n", connection)
            case .redirect where request.target == "/":
                return connection.send("HTTP/1.1 307 X\r\nlocation: /on\r\ncontent-length: 0\r\n\r\n".utf8)
            case .redirect: return Self.trickle("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", " ", connection)
            }
            connection.stall()
            return false
        }
        let call = OutboundHTTPClient.Call(
            "POST", "http://127.0.0.1:\(server.port)/", body: [0x61], timeout: .milliseconds(500))
        let error = await #expect(throws: EndpointError.self) { try await withCaller { try await $0.send(call) } }
        #expect(error?.code == .timedOut)
        // A download's time is looked at with each part that comes.
        guard pace == .body || pace == .chunks else { return }
        let other = await #expect(throws: EndpointError.self) {
            try await withCaller { try await $0.receive(call) { _ in true } }
        }
        #expect(other?.code == .timedOut)
    }

    /// Sends something and then, again and again, a little more until the client leaves.
    private static func trickle(_ start: String, _ more: String, _ connection: LoopbackServer.Connection) -> Bool {
        var isThere = connection.send(start.utf8)
        while isThere {
            usleep(20_000)
            isThere = connection.send(more.utf8)
        }
        return false
    }

    @Test("end with the task that makes them")
    func cancellation() async throws {
        let (stream, called) = AsyncStream.makeStream(of: Void.self)
        let server = try LoopbackServer { _, connection in
            called.yield()
            connection.stall()
            return false
        }
        let url = "http://127.0.0.1:\(server.port)/"
        try await withCaller { caller in
            let task = Task { try await caller.send(OutboundHTTPClient.Call("GET", url, timeout: .seconds(600))) }
            for await _ in stream { break }
            task.cancel()
            await #expect(throws: EndpointError.self) { try await task.value }
        }
    }

    @Test(
        "go to servers of HTTP, and to no socket of this machine",
        arguments: [
            "http+unix://%2Ftmp%2Fa.sock/b", "https+unix://%2Ftmp%2Fa.sock/b", "HTTP+UNIX://%2Ftmp%2Fa/b",
            "unix:///tmp/a",
            "file:///etc/passwd", "ftp://a/b", " http://a/", "http:///a", "http:a", "//a/b", "a", "", "http://",
            "http://?a",
        ])
    func addresses(url: String) async throws {
        for call in [OutboundHTTPClient.Call("GET", url), OutboundHTTPClient.Call("POST", url, body: [0x61])] {
            let error = await #expect(throws: EndpointError.self) { try await withCaller { try await $0.send(call) } }
            #expect(error?.code == .badConfiguration)
            let other = await #expect(throws: EndpointError.self) {
                try await withCaller { try await $0.receive(call) { _ in true } }
            }
            #expect(other?.code == .badConfiguration)
        }
    }

    @Test(
        "follow no server to a socket of this machine",
        arguments: ["http+unix://%2Ftmp%2Fa.sock/b", "unix:///tmp/a", "file:///etc/passwd"])
    func redirects(address: String) async throws {
        let server = try LoopbackServer { _, connection in
            connection.send("HTTP/1.1 307 X\r\nlocation: \(address)\r\ncontent-length: 0\r\n\r\n".utf8)
        }
        let answer = try await withCaller {
            try await $0.send(OutboundHTTPClient.Call("GET", "http://127.0.0.1:\(server.port)/"))
        }
        #expect(answer.status == 307)
    }
}
