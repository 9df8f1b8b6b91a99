import EndToEndSupport
import JSON
import TestSupport
import Testing

@Suite("Behind a proxy", .ownThread)
struct ProxyTests {
    private static let version2: [UInt8] =
        [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10, 0x21, 0x11, 0, 12] + [192, 0, 2, 2, 10, 0, 0, 1, 1, 2, 3, 4]

    /// The line of the log about a request, by its id.
    private func line(_ server: ParleyServer, _ event: String, of id: String) throws -> JSON {
        try server.process.awaitLine { line in
            guard let json = try? JSON(parsing: Array(line.utf8)), json["request"]?.string == id,
                json["event"]?.string == event
            else { return nil }
            return json
        }
    }

    @Test(
        "a trusted proxy is believed whose request it is, and its id goes from the request to the response and the log")
    func trusted() throws {
        let server = try ParleyServer(
            ["--enable-api", "--debug", "--trusted-proxies", "127.0.0.1", "--access-log", "json"])
        let response = try server.call(
            "POST", "/webhooks/rest/webhook?token=sesame&stream=false", #"{"sender": "me", "message": "hello"}"#,
            headers: [
                "X-Request-ID: id-1", "X-Forwarded-For: 6.6.6.6, 192.0.2.7", "X-Forwarded-Proto: https",
                "X-Forwarded-Host: tea.example",
            ])
        #expect(response.status == 200)
        #expect(response.headers["x-request-id"] == "id-1")
        let line = try line(server, "request", of: "id-1")
        #expect(line["client"] == "192.0.2.7")
        #expect(line["scheme"] == "https")
        #expect(line["host"] == "tea.example")
        #expect(line["path"] == "/webhooks/rest/webhook")
        #expect(line["query"] == "token=***&stream=false")
        #expect(line["status"] == 200)
        #expect(line["bytes"] == .int(response.body.count))
        #expect(try self.line(server, "request completed", of: "id-1")["path"] == "/webhooks/rest/webhook")
    }

    @Test("nobody else is, and Sanic's variables turn the log on and name the header of the id")
    func untrusted() throws {
        let server = try ParleyServer(
            ["--trusted-proxies", "10.0.0.0/8", "fd00::/8"],
            environment: ["SANIC_ACCESS_LOG": "true", "SANIC_REQUEST_ID_HEADER": "X-Trace"])
        let response = try server.call("GET", "/", headers: ["X-Trace: id-2", "X-Forwarded-For: 192.0.2.7"])
        #expect(response.headers["x-trace"] == "id-2")
        let line = try server.process.awaitLine { $0.contains("\"id-2\"") ? $0 : nil }
        #expect(line.contains(/^127\.0\.0\.1 - - \[.*\] "GET \/ HTTP\/1\.1" 200 \d+ "id-2" \d+\.\d{6}/), "\(line)")
    }

    @Test("without an access log responses have no id")
    func off() throws {
        let server = try ParleyServer()
        #expect(try server.call("GET", "/", headers: ["X-Request-ID: id-3"]).headers["x-request-id"] == nil)
    }

    @Test("the PROXY protocol names the client, however its bytes come, and is a must")
    func proxyProtocol() throws {
        let server = try ParleyServer([
            "--proxy-protocol", "--trusted-proxies", "127.0.0.0/8", "--access-log", "json",
        ])
        let version1 = Array("PROXY TCP4 192.0.2.1 10.0.0.1 56324 443\r\n".utf8)
        for (header, client) in [(version1, "192.0.2.1"), (Self.version2, "192.0.2.2")] {
            for size in [1, 20, header.count] {
                let connection = try HTTPConnection(port: server.port)
                var rest = header[...]
                while !rest.isEmpty {
                    try connection.send(Array(rest.prefix(size)))
                    rest = rest.dropFirst(size)
                }
                for number in 0..<2 {
                    let id = "\(client)-\(size)-\(number)"
                    try connection.request("GET", "/", headers: ["X-Request-ID: \(id)"])
                    #expect(try connection.response().status == 200)
                    #expect(try line(server, "request", of: id)["client"] == .string(client))
                }
            }
        }
        let bare = try HTTPConnection(port: server.port)
        try bare.request("GET", "/")
        #expect(throws: HTTPConnection.Ended.self) { try bare.response() }
        _ = try server.process.awaitLine { $0.contains("--proxy-protocol asks for a header") ? $0 : nil }
    }

    @Test("what cannot be is refused by the flag's name")
    func refusals() throws {
        for (flags, word) in [
            (["--trusted-proxies", "10.0.0.1/8"], "10.0.0.0/8"), (["--proxy-protocol"], "--trusted-proxies"),
        ] {
            let process = try RunningProcess(ParleyServer.binary, ["run", "-m", ParleyServer.demo, "-p", "0"] + flags)
            let ending = try process.ending(within: 60)
            #expect(ending.status == 64)
            #expect(ending.lines.last?.contains(word) == true, "\(ending.lines)")
        }
    }
}
