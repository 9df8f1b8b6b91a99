import NIOCore
import Testing

@testable import HTTPServer

@Suite("Addresses")
struct IPAddressTests {
    @Test(
        "are read in every form, and written in one",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("::1", "::1"), ("::", "::"),
            ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::ffff:192.0.2.1", "192.0.2.1"),
            ("::ffff:c000:201", "192.0.2.1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ])
    func forms(text: String, written: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == written)
        #expect(IPAddress(written) == address)
    }

    @Test(
        "are nothing else",
        arguments: [
            "", " ", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\u{0}", "0x7f.1",
            "127.1", "2130706433", "::1%lo", "[::1]", ":::", "1::2::3", "::ffff:1.2.3", "g::", "localhost", "unknown",
            "1.2.3.4/32", "１.2.3.4", String(repeating: "0:", count: 30),
        ])
    func others(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("come from sockets")
    func sockets() throws {
        #expect(Peer(try SocketAddress(ipAddress: "192.0.2.1", port: 1)) == IPAddress("192.0.2.1").map { .address($0) })
        #expect(Peer(try SocketAddress(ipAddress: "2001:db8::1", port: 1))?.text == "2001:db8::1")
        #expect(Peer(try SocketAddress(ipAddress: "::ffff:192.0.2.1", port: 1))?.text == "192.0.2.1")
        #expect(Peer(try SocketAddress(unixDomainSocketPath: "/tmp/s")) == .unixSocket)
        #expect(Peer(nil) == nil)
    }
}
