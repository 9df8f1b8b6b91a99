import Testing

@testable import HTTPServer

@Suite("Trusted proxies")
struct TrustedProxiesTests {
    private func contains(_ words: [String], _ address: String) throws -> Bool {
        try TrustedProxies(words).contains(try #require(IPAddress(address)))
    }

    @Test("are networks with their borders")
    func networks() throws {
        for (network, inside, outside) in [
            (
                "10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"],
                ["11.0.0.0", "9.255.255.255", "::a00:1"]
            ),
            ("192.0.2.7", ["192.0.2.7"], ["192.0.2.6", "192.0.2.8"]),
            ("192.0.2.128/25", ["192.0.2.128", "192.0.2.255"], ["192.0.2.127", "192.0.3.128"]),
            ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255"], ["::", "2001:db8::1"]),
            ("::/0", ["::1", "2001:db8::1"], ["10.0.0.1"]),
            ("fd00::/8", ["fd00::", "fdff:ffff::1"], ["fc00::1", "fe00::1", "10.0.0.1"]),
            ("2001:db8::/63", ["2001:db8::1", "2001:db8:0:1::1"], ["2001:db8:0:2::1"]),
            ("2001:db8::/64", ["2001:db8::ffff"], ["2001:db8:0:1::"]),
            ("2001:db8::/65", ["2001:db8::7fff:0:0:1"], ["2001:db8::8000:0:0:0"]),
            ("::1", ["::1"], ["::2", "127.0.0.1"]), ("::ffff:10.0.0.0/104", ["10.2.3.4"], ["11.0.0.0"]),
        ] {
            for address in inside { #expect(try contains([network], address), "\(network) \(address)") }
            for address in outside { #expect(try !contains([network], address), "\(network) \(address)") }
        }
    }

    @Test("are given in one word or several, UNIX sockets by name")
    func words() throws {
        #expect(try contains(["10.0.0.0/8, fd00::/8", "192.0.2.7"], "fd00::1"))
        #expect(try contains(["10.0.0.0/8, fd00::/8", "192.0.2.7"], "192.0.2.7"))
        #expect(try TrustedProxies(["UNIX"]).contains(.unixSocket))
        #expect(try !TrustedProxies(["0.0.0.0/0"]).contains(.unixSocket))
        #expect(try !contains(["unix"], "127.0.0.1"))
    }

    @Test(
        "are refused with what would be right",
        arguments: [
            ("10.0.0.1/8", "10.0.0.0/8"), ("2001:db8::1/64", "2001:db8::/64"), ("10.0.0.0/33", "0 to 32"),
            ("fd00::/129", "0 to 128"), ("10.0.0.0/", "0 to 32"), ("10.0.0.0/+8", "0 to 32"),
            ("10.0.0.0/-1", "0 to 32"),
            ("10.0.0.0/99999999999999999999", "0 to 32"), ("10.0.0.0/8/8", "0 to 32"),
            ("proxy.example", "not a network"),
            ("*", "not a network"), ("models", "not a network"), ("[::1]", "not a network"),
        ])
    func refusals(word: String, right: String) {
        let error = #expect(throws: NetworkError.self) { try TrustedProxies([word]) }
        #expect(error?.description.contains(right) == true, "\(error?.description ?? "")")
    }
}
