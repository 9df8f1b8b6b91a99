import Cryptography
import Testing

@testable import HTTPServer

@Suite("Who sent a request")
struct ForwardingRulesTests {
    private static let proxy = "10.0.0.1"

    private func rules(_ change: (inout ForwardingRules) -> Void = { _ in }) throws -> ForwardingRules {
        var rules = ForwardingRules()
        rules.trust = .proxies(try TrustedProxies(["10.0.0.0/8", "unix"]))
        change(&rules)
        return rules
    }

    /// Client, scheme and host.
    private func origin(
        _ rules: ForwardingRules, from peer: String = Self.proxy, _ headers: (String, String)...
    ) -> String {
        let peer = peer == "unix" ? Peer.unixSocket : IPAddress(peer).map { .address($0) }
        let origin = rules.origin(peer, RequestHeaders([("Host", "parley:5005")] + headers), isEncrypted: false)
        return "\(origin.clientText) \(origin.scheme.rawValue)://\(origin.host ?? "")"
    }

    @Test("peers that are no proxies are believed nothing")
    func strangers() throws {
        let told = [
            ("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "a.example"),
            ("Forwarded", "for=1.1.1.1;proto=https;host=a.example"), ("X-Real-IP", "1.1.1.1"),
        ]
        let own = "192.0.2.1 http://parley:5005"
        for listing in [ForwardingRules.Listing.addresses(header: "x-forwarded-for"), .forwarded] {
            let rules = try rules {
                $0.listing = listing
                $0.addressHeader = "x-real-ip"
            }
            #expect(origin(rules, from: "192.0.2.1", told[0], told[1], told[2], told[3], told[4]) == own)
            #expect(origin(ForwardingRules(), from: "192.0.2.1", told[0], told[1], told[2], told[3]) == own)
        }
    }

    @Test("the client is the last address of the list that is no proxy's")
    func lists() throws {
        let rules = try rules()
        for (list, client) in [
            ("1.1.1.1", "1.1.1.1"), ("6.6.6.6, 1.1.1.1", "1.1.1.1"), ("1.1.1.1, 10.0.0.2", "1.1.1.1"),
            ("6.6.6.6,1.1.1.1,10.0.0.3 ,10.0.0.2", "1.1.1.1"), ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
            ("unknown, 10.0.0.2", "10.0.0.2"), ("nonsense", Self.proxy), ("", Self.proxy), (",,", Self.proxy),
            ("1.1.1.1:4711", "1.1.1.1"), ("[2001:db8::1]:80", "2001:db8::1"), ("2001:db8::1", "2001:db8::1"),
            ("::ffff:1.1.1.1", "1.1.1.1"), ("1.1.1.1, ::ffff:10.0.0.2", "1.1.1.1"), ("1.1.1.1:x", Self.proxy),
        ] {
            #expect(origin(rules, ("X-Forwarded-For", list)) == "\(client) http://parley:5005", "\(list)")
        }
        #expect(
            origin(rules, ("x-forwarded-for", "6.6.6.6, 1.1.1.1"), ("X-Forwarded-For", "10.0.0.2"))
                == "1.1.1.1 http://parley:5005")
        #expect(origin(rules, from: "unix", ("X-Forwarded-For", "1.1.1.1")) == "1.1.1.1 http://parley:5005")
    }

    @Test("scheme and host are those at the client's place, else those of the nearest proxy")
    func schemes() throws {
        let rules = try rules()
        let list = ("X-Forwarded-For", "6.6.6.6, 1.1.1.1, 10.0.0.2")
        #expect(
            origin(rules, list, ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "a.example"))
                == "1.1.1.1 https://a.example")
        #expect(
            origin(
                rules, list, ("X-Forwarded-Proto", "http, HTTPS, http"), ("X-Forwarded-Host", "z, a.example:8443, b"))
                == "1.1.1.1 https://a.example:8443")
        #expect(origin(rules, list, ("X-Forwarded-Proto", "http, wss")) == "1.1.1.1 https://parley:5005")
        #expect(origin(rules, list, ("X-Forwarded-Proto", "gopher")) == "1.1.1.1 http://parley:5005")
        #expect(origin(rules, list, ("X-Forwarded-Host", "a b")) == "1.1.1.1 http://parley:5005")
        #expect(origin(rules, ("X-Forwarded-Proto", "https")) == "\(Self.proxy) https://parley:5005")
    }

    @Test("Forwarded is believed where it was chosen, and then nothing else is")
    func forwarded() throws {
        let header = ("Forwarded", #"for=6.6.6.6;proto=http, for="1.1.1.1:9";proto=https;host=a.example, for=10.0.0.2"#)
        let rules = try rules { $0.listing = .forwarded }
        #expect(origin(rules, header) == "1.1.1.1 https://a.example")
        #expect(origin(rules, header, ("X-Forwarded-For", "6.6.6.6")) == "1.1.1.1 https://a.example")
        #expect(try origin(self.rules(), header) == "\(Self.proxy) http://parley:5005")
        #expect(origin(rules, ("Forwarded", "for=_hidden, for=10.0.0.2")) == "10.0.0.2 http://parley:5005")
        #expect(origin(rules, ("Forwarded", #"for=", for=1.1.1.1"#)) == "1.1.1.1 http://parley:5005")
    }

    @Test("a header with the address alone goes before the list")
    func addressHeader() throws {
        let rules = try rules { $0.addressHeader = "x-real-ip" }
        let list = ("X-Forwarded-For", "2.2.2.2")
        #expect(origin(rules, list, ("X-Real-IP", " 1.1.1.1 ")) == "1.1.1.1 http://parley:5005")
        #expect(origin(rules, list, ("X-Real-IP", "nobody")) == "2.2.2.2 http://parley:5005")
    }

    @Test("Sanic's count takes the address at its place from the end, from whomever")
    func counts() throws {
        func rules(_ place: Int?) throws -> ForwardingRules {
            try self.rules {
                $0.trust = .everyone(place: place)
                $0.addressHeader = "x-real-ip"
            }
        }
        let list = ("X-Forwarded-For", "1.1.1.1, 2.2.2.2")
        #expect(try origin(rules(1), from: "9.9.9.9", list) == "2.2.2.2 http://parley:5005")
        #expect(try origin(rules(2), from: "9.9.9.9", list) == "1.1.1.1 http://parley:5005")
        #expect(try origin(rules(3), from: "9.9.9.9", list) == "9.9.9.9 http://parley:5005")
        #expect(try origin(rules(.max), from: "9.9.9.9", list) == "9.9.9.9 http://parley:5005")
        #expect(try origin(rules(nil), from: "9.9.9.9", list) == "9.9.9.9 http://parley:5005")
        #expect(
            try origin(rules(nil), from: "9.9.9.9", ("X-Real-IP", "::1"), ("X-Forwarded-Proto", "https"))
                == "::1 https://parley:5005")
    }

    @Test("an element of Forwarded with the secret is believed from whomever")
    func secrets() throws {
        var rules = ForwardingRules()
        rules.secret = Secret("hush")
        for element in ["for=1.1.1.1;proto=https;secret=hush", "by=hush;for=1.1.1.1;proto=https"] {
            #expect(origin(rules, from: "9.9.9.9", ("Forwarded", element)) == "1.1.1.1 https://parley:5005")
            #expect(
                origin(rules, from: "9.9.9.9", ("Forwarded", "for=\", \(element), for=3.3.3.3"))
                    == "1.1.1.1 https://parley:5005")
        }
        for element in ["for=1.1.1.1;secret=hus", "for=1.1.1.1;secret=\"\"", "for=1.1.1.1", "secret=HUSH;for=1.1.1.1"] {
            #expect(origin(rules, from: "9.9.9.9", ("Forwarded", element)) == "9.9.9.9 http://parley:5005")
        }
    }
}
