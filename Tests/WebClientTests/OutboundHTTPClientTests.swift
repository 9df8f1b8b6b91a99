import Foundation
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import WebClient

/// Does something with a caller, and ends it.
func withClient<Value>(_ work: (OutboundHTTPClient) async throws -> Value) async throws -> Value {
    let httpClient = OutboundHTTPClient(loop: MultiThreadedEventLoopGroup.singleton.next())
    do {
        let value = try await work(httpClient)
        await httpClient.close()
        return value
    } catch {
        await httpClient.close()
        throw error
    }
}

@Suite("Calls of servers")
struct OutboundHTTPClientTests {
    /// How a server takes its time.
    enum Pace: String, CaseIterable {
        case nothing, head, body, chunks, redirect
    }

    @Test("are over with their time, whatever of the answer has come", arguments: Pace.allCases)
    func deadline(pace: Pace) async throws {
        let server = try HTTPStub { request in
            switch pace {
            case .nothing: .silence
            case .head: Self.trickle("HTTP/1.1 200 OK\r\nx: ", "y")
            case .chunks: Self.trickle("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\n \r\n")
            case .redirect where request.target == "/": .init(307, ["location": "/on"])
            case .body, .redirect: .trickle
            }
        }
        let call = OutboundHTTPClient.Call(
            "POST", "http://127.0.0.1:\(server.port)/", body: [0x61], timeout: .milliseconds(500))
        let error = await #expect(throws: EndpointError.self) { try await withClient { try await $0.send(call) } }
        #expect(error?.code == .timedOut)
        // A download's time is looked at with each part that comes.
        guard pace == .body || pace == .chunks else { return }
        let other = await #expect(throws: EndpointError.self) {
            try await withClient { try await $0.receive(call) { _ in true } }
        }
        #expect(other?.code == .timedOut)
    }

    /// Sends something and then, again and again, a little more until the client leaves.
    private static func trickle(_ start: String, _ more: String) -> HTTPStub.Response {
        var response = HTTPStub.Response.exactly(start.utf8)
        response.fault = .trickles(Array(more.utf8))
        return response
    }

    @Test("end with the task that makes them")
    func cancellation() async throws {
        let (stream, called) = AsyncStream.makeStream(of: Void.self)
        let server = try HTTPStub { _ in
            called.yield()
            return .silence
        }
        let url = "http://127.0.0.1:\(server.port)/"
        try await withClient { httpClient in
            let task = Task { try await httpClient.send(OutboundHTTPClient.Call("GET", url, timeout: .seconds(600))) }
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
            let error = await #expect(throws: EndpointError.self) { try await withClient { try await $0.send(call) } }
            #expect(error?.code == .badConfiguration)
            let other = await #expect(throws: EndpointError.self) {
                try await withClient { try await $0.receive(call) { _ in true } }
            }
            #expect(other?.code == .badConfiguration)
        }
    }

    @Test(
        "follow no server to a socket of this machine",
        arguments: ["http+unix://%2Ftmp%2Fa.sock/b", "unix:///tmp/a", "file:///etc/passwd"])
    func redirects(address: String) async throws {
        let server = try HTTPStub { _ in .init(307, ["location": address]) }
        let response = try await withClient {
            try await $0.send(OutboundHTTPClient.Call("GET", "http://127.0.0.1:\(server.port)/"))
        }
        #expect(response.status == 307)
    }
}
