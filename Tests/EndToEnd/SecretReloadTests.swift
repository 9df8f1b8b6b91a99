import EndToEndSupport
import Foundation
import TestSupport
import Testing

@Suite("HUP reads secrets and certificates again", .ownThread)
struct SecretReloadTests {
    private func challenge(_ token: String, of server: ParleyServer) throws -> String {
        let path = "/webhooks/facebook/webhook"
        return try server.call("GET", "\(path)?hub.mode=subscribe&hub.verify_token=\(token)&hub.challenge=tea42").text
    }

    @Test("those of NAME_FILE and of credentials of systemd; variables keep their values")
    func secrets() throws {
        let secrets = try TemporaryDirectory()
        try secrets.write("first\n", as: "verify")
        try secrets.write("token-1\n", as: "PARLEY_AUTH_TOKEN")
        let server = try ParleyServer(
            credentials: "rest:\nfacebook:\n  verify: ${VERIFY}\n  secret: s\n  page-access-token: ${PAGE_TOKEN}\n",
            environment: [
                "VERIFY_FILE": "\(secrets.path)/verify", "CREDENTIALS_DIRECTORY": secrets.path, "PAGE_TOKEN": "t",
                "PAGE_TOKEN_FILE": "/does/not/exist",
            ],
            ignoresHangUp: true)
        #expect(try challenge("first", of: server) == "tea42")
        #expect(try server.call("GET", "/status?token=token-1").status == 200)
        #expect(try server.call("GET", "/status").status == 401)
        try secrets.write("second\n", as: "verify")
        try secrets.write("token-2\n", as: "PARLEY_AUTH_TOKEN")
        #expect(try challenge("second", of: server) != "tea42")
        server.process.signal(SIGHUP)
        try server.awaitGeneration(2, workers: 1)
        #expect(try challenge("first", of: server) != "tea42")
        #expect(try challenge("second", of: server) == "tea42")
        #expect(try server.call("GET", "/status?token=token-2").status == 200)
        #expect(try server.call("GET", "/status?token=token-1").status == 401)
        // A worker that is replaced has what its generation read.
        try secrets.write("third\n", as: "verify")
        for worker in server.workers { kill(worker, SIGKILL) }
        try server.awaitEvent("A new worker serves")
        #expect(try challenge("second", of: server) == "tea42")
        try FileManager.default.removeItem(atPath: "\(secrets.path)/verify")
        server.process.signal(SIGHUP)
        try server.awaitEvent("The configuration that was read again is not used")
        let line = server.process.lines.first { $0.contains("The configuration that was read again is not used") } ?? ""
        #expect(line.contains("VERIFY_FILE") && line.contains("credentials.yml:3"), "\(line)")
        #expect(try challenge("second", of: server) == "tea42")
    }

    @Test("of TLS, and keeps the old where they do not fit together", .enabled(if: TestCertificates.isPossible))
    func certificate() throws {
        let certificates = try TestCertificates()
        let (server, client) = (certificates.server, certificates.client)
        let parley = try ParleyServer(
            ["--enable-api", "--ssl-certificate", server.certificate, "--ssl-keyfile", server.key],
            ignoresHangUp: true)
        #expect(try subject(of: parley).contains("server.test"))
        try replace(server.certificate, by: client.certificate)
        parley.process.signal(SIGHUP)
        try parley.awaitEvent("The configuration that was read again is not used")
        #expect(try subject(of: parley).contains("server.test"))
        try replace(server.key, by: client.key)
        parley.process.signal(SIGHUP)
        try parley.awaitGeneration(2, workers: 1)
        #expect(try subject(of: parley).contains("client.test"))
    }

    /// Who the certificate says that the server is.
    private func subject(of server: ParleyServer) throws -> String {
        let ending = try RunningProcess("/usr/bin/openssl", ["s_client", "-connect", "127.0.0.1:\(server.port)"])
            .ending()
        guard let line = ending.lines.first(where: { $0.hasPrefix("subject=") }) else {
            throw TestFailure("no certificate: \(ending.lines)")
        }
        return line
    }

    private func replace(_ file: String, by other: String) throws {
        try Data(contentsOf: URL(fileURLWithPath: other)).write(to: URL(fileURLWithPath: file), options: .atomic)
    }
}
