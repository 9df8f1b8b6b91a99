import TestSupport
import Testing

@testable import HTTPServer

@Suite("The header Forwarded")
struct ForwardedHeaderTests {
    /// The elements from the end, as `name=value;…`.
    private func read(_ values: String...) -> [String] {
        ForwardedHeader(values).map { element in element.pairs.map { "\($0.name)=\($0.value)" }.joined(separator: ";") }
    }

    @Test("is read from its end, over several lines")
    func order() {
        #expect(read("for=192.0.2.43, for=198.51.100.17") == ["for=198.51.100.17", "for=192.0.2.43"])
        #expect(
            read("for=1.1.1.1", "for=2.2.2.2;proto=https,for=3.3.3.3") == [
                "for=3.3.3.3", "for=2.2.2.2;proto=https", "for=1.1.1.1",
            ])
        #expect(read("").isEmpty)
        #expect(read(", ,for=1.1.1.1,,") == ["for=1.1.1.1"])
    }

    @Test("has names of either case, quotes, and blanks")
    func forms() {
        #expect(read(#"For="[2001:db8:cafe::17]:4711""#) == ["for=[2001:db8:cafe::17]:4711"])
        #expect(read("FOR=192.0.2.60;Proto=http;by=203.0.113.43") == ["for=192.0.2.60;proto=http;by=203.0.113.43"])
        #expect(read(#" for = 1.1.1.1"#).isEmpty)
        #expect(read("for=1.1.1.1 ; proto=https ,\tfor=_hidden") == ["for=_hidden", "for=1.1.1.1;proto=https"])
        #expect(read(#"for="a,b;c";host="x\"y\\""#) == [#"for=a,b;c;host=x"y\"#])
        #expect(read("for=1.1.1.1:80;;proto=http;") == ["for=1.1.1.1:80;proto=http"])
    }

    @Test("what a client makes up has no effect on what proxies add behind it")
    func forgeries() {
        for forged in [
            "for=\"", "for=\"a\\", "\"\"\"", "for", "for=1.1.1.1;for=2.2.2.2", "=", "for=a b", ";;;=", "\u{0}", "for=é",
            String(repeating: "a=b;", count: 1000), "for=\"x\\\"", ",,,,", "\\",
        ] {
            #expect(read("\(forged), for=9.9.9.9;proto=https").first == "for=9.9.9.9;proto=https", "\(forged)")
            #expect(read(forged, #"for="[::9]";proto=https"#).first == "for=[::9];proto=https", "\(forged)")
        }
    }

    @Test("any bytes are read to an end", arguments: 0..<20 as Range<UInt64>)
    func fuzz(seed: UInt64) {
        var numbers = SeededRandom(seed: seed)
        let pieces = [
            "for=", "\"", "\\", ",", ";", "=", "1.2.3.4", "[::1]", "proto", " ", "host=a", "é", "secret=x", "\u{0}",
        ]
        for _ in 0..<500 {
            let text = (0..<Int.random(in: 0...30, using: &numbers)).map { _ in
                pieces.randomElement(using: &numbers) ?? ""
            }.joined()
            let elements = Array(ForwardedHeader([text]))
            #expect(elements.count <= text.utf8.count + 1)
            for element in elements { #expect(element.pairs.allSatisfy { !$0.name.isEmpty }) }
        }
    }
}
