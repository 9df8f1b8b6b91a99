import Prefork
import Server
import Testing

@testable import Operations

@Suite("parley health finds the server")
struct HealthRequestTests {
    private let plain = ServerAddresses(main: .tcp(host: "127.0.0.1", port: 5005), hasTLS: false, management: nil)

    private func url(_ servers: [ServerAddresses], port: Int? = nil) throws(BootFailure) -> String {
        try HealthRequest.url(of: .ready, port: port, among: servers)
    }

    @Test func byPortSchemeAndSocket() throws {
        #expect(try url([plain]) == "http://127.0.0.1:5005/health/ready")
        var server = plain
        server.hasTLS = true
        #expect(try url([server]) == "https://127.0.0.1:5005/health/ready")
        server.main = .tcp(host: "::1", port: 5005)
        #expect(try url([server]) == "https://[::1]:5005/health/ready")
        server.management = .tcp(host: "127.0.0.1", port: 9005)
        #expect(try url([server]) == "http://127.0.0.1:9005/health/ready")
        server.management = .path("/run/a b.sock")
        #expect(try url([server]) == "http+unix://%2Frun%2Fa%20b%2Esock/health/ready")
    }

    @Test func orSaysWhatIsMissing() throws {
        var other = plain
        other.main = .tcp(host: "127.0.0.1", port: 5006)
        #expect(try url([plain, other], port: 5006) == "http://127.0.0.1:5006/health/ready")
        #expect(throws: BootFailure.self) { try url([plain, other]) }
        #expect(try url([plain, plain]) == url([plain]))
        #expect(throws: BootFailure.self) { try url([plain], port: 1) }
        #expect(throws: BootFailure.self) { try url([]) }
        let inherited = ServerAddresses(main: nil, hasTLS: false, management: nil)
        #expect(throws: BootFailure.self) { try url([inherited]) }
    }
}
