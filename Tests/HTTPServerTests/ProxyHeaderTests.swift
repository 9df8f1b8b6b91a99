import NIOCore
import TestSupport
import Testing

@testable import HTTPServer

@Suite("Headers of the PROXY protocol")
struct ProxyHeaderTests {
    static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]

    static func binary(_ command: UInt8, _ family: UInt8, _ body: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
    }

    private static func client(_ text: String) -> ProxyHeader.Source? { IPAddress(text).map { .client(.address($0)) } }

    private static let version6: [UInt8] = [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [1]

    /// Headers and whose connections they name.
    private static let valid: [([UInt8], ProxyHeader.Source?)] = [
        (Array("PROXY TCP4 192.0.2.1 10.0.0.1 56324 443\r\n".utf8), client("192.0.2.1")),
        (Array("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n".utf8), client("255.255.255.255")),
        (Array("PROXY TCP6 2001:db8::1 ::1 0 443\r\n".utf8), client("2001:db8::1")),
        (Array("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 443\r\n".utf8), client("192.0.2.1")),
        (Array("PROXY UNKNOWN\r\n".utf8), .proxy), (Array("PROXY UNKNOWN what ever this is\r\n".utf8), .proxy),
        (binary(0x21, 0x11, [192, 0, 2, 1, 10, 0, 0, 1, 1, 2, 3, 4]), client("192.0.2.1")),
        (binary(0x21, 0x21, version6 + version6 + [1, 2, 3, 4]), client("2001:db8::1")),
        (binary(0x21, 0x31, Array(repeating: 7, count: 216)), .client(.unixSocket)),
        (binary(0x21, 0x11, [192, 0, 2, 1, 10, 0, 0, 1, 1, 2, 3, 4] + [4, 0, 3, 1, 2, 3]), client("192.0.2.1")),
        (binary(0x20, 0x00, []), .proxy), (binary(0x20, 0x11, [1, 2, 3]), .proxy),
        (binary(0x21, 0x00, [9, 9]), .proxy),
    ]

    @Test("are read whole, in pieces of any size, and leave what follows")
    func headers() throws {
        for (bytes, source) in Self.valid {
            for count in 0..<bytes.count {
                #expect(ProxyHeader.read(bytes[..<count]) == .incomplete, "\(count) of \(bytes)")
            }
            let source = try #require(source)
            for rest in [[], Array("GET / HTTP/1.1\r\n".utf8), bytes] {
                #expect(ProxyHeader.read((bytes + rest)[...]) == .complete(source, length: bytes.count), "\(bytes)")
            }
        }
    }

    @Test(
        "of version 1 are refused for every slip",
        arguments: [
            "GET / HTTP/1.1\r\n", "PROXY\r\n", "PROXY \r\n", "PROXY TCP4\r\n", "proxy TCP4 1.1.1.1 1.1.1.1 1 1\r\n",
            "PROXY TCP4 1.1.1.1 1.1.1.1 1\r\n", "PROXY TCP4 1.1.1.1 1.1.1.1 1 1 1\r\n",
            "PROXY TCP4  1.1.1.1 1.1.1.1 1 1\r\n", "PROXY TCP4 1.1.1.1 1.1.1.1 1 1 \r\n",
            "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n", "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\r \n",
            "PROXY TCP4 ::1 ::1 1 1\r\n", "PROXY TCP6 1.1.1.1 1.1.1.1 1 1\r\n", "PROXY TCP4 1.1.1.1 ::1 1 1\r\n",
            "PROXY TCP4 1.1.1 1.1.1.1 1 1\r\n", "PROXY TCP4 1.1.1.1 1.1.1.1 01 1\r\n",
            "PROXY TCP4 1.1.1.1 1.1.1.1 65536 1\r\n", "PROXY TCP4 1.1.1.1 1.1.1.1 -1 1\r\n",
            "PROXY TCP4 1.1.1.1 1.1.1.1 +1 1\r\n", "PROXY TCP5 1.1.1.1 1.1.1.1 1 1\r\n",
            "PROXY UNKNOWN " + String(repeating: "x", count: 100), "PROXY TCP4 1.1.1.1\u{0} 1.1.1.1 1 1\r\n",
        ])
    func slips(text: String) {
        guard case .malformed = ProxyHeader.read(Array(text.utf8)[...]) else {
            Issue.record("taken: \(text)")
            return
        }
    }

    @Test("of version 2 are refused for every slip")
    func binarySlips() {
        let address: [UInt8] = [192, 0, 2, 1, 10, 0, 0, 1, 1, 2, 3, 4]
        for (bytes, problem) in [
            (Self.binary(0x11, 0x11, address), .badVersion), (Self.binary(0x01, 0x11, address), .badVersion),
            (Self.binary(0x22, 0x11, address), .badCommand), (Self.binary(0x21, 0x12, address), .badFamily),
            (Self.binary(0x21, 0x41, address), .badFamily), (Self.binary(0x21, 0x11, []), .tooShort),
            (Self.binary(0x21, 0x11, Array(address.dropLast())), .tooShort),
            (Self.binary(0x21, 0x21, Array(repeating: 1, count: 35)), .tooShort),
            (Self.binary(0x21, 0x31, Array(repeating: 1, count: 215)), .tooShort),
            (Self.signature + [0x21, 0x11, 0xFF, 0xFF], .tooLong),
            (Self.signature + [0x20, 0x00, 0x0F, 0xF1], .tooLong),
        ] as [([UInt8], ProxyHeader.Problem)] {
            #expect(ProxyHeader.read(bytes[...]) == .malformed(problem), "\(bytes)")
        }
    }

    @Test("with damage are refused or read, and what came in pieces is judged as what came whole", arguments: 0..<20)
    func fuzz(seed: Int) {
        var numbers = SeededRandom(seed: UInt64(seed))
        for _ in 0..<200 {
            var bytes = Self.valid.randomElement(using: &numbers)?.0 ?? []
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<4, using: &numbers) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
                case 1 where bytes.count > 1: bytes.remove(at: place)
                case 2: bytes.insert(UInt8.random(in: 0...255, using: &numbers), at: place)
                default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &numbers))
                }
            }
            bytes += Array("GET / HTTP/1.1\r\n\r\n".utf8)
            let whole = ProxyHeader.read(bytes[...])
            let first = (0...bytes.count).lazy.map { ProxyHeader.read(bytes[..<$0]) }.first { $0 != .incomplete }
            #expect((first ?? .incomplete) == whole, "\(bytes)")
            if case .complete(_, let length) = whole { #expect((1...bytes.count).contains(length)) }
        }
    }
}

@Suite("Connections with the PROXY protocol")
struct ProxyProtocolTests {
    private static let request = "GET /now HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let header = "PROXY TCP4 192.0.2.1 10.0.0.1 56324 443\r\n"

    private func connection(from peer: String = "10.0.0.1", log: Lines? = nil) throws -> TestConnection {
        try TestConnection(
            peer: peer, proxyProtocol: try TrustedProxies(["10.0.0.0/8"]), accessLog: log?.accessLog(.common))
    }

    @Test("are those of the clients that proxies name, however the bytes come")
    func clients() throws {
        let bytes = Array((Self.header + Self.request).utf8)
        for size in [1, 2, 7, 43, 44, bytes.count] {
            let lines = Lines()
            let connection = try connection(log: lines)
            var response = ""
            var rest = bytes[...]
            while !rest.isEmpty {
                response += try connection.send(bytes: Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(response.hasPrefix("HTTP/1.1 200 OK\n"), "\(size)")
            #expect(try connection.send(Self.request).hasPrefix("HTTP/1.1 200 OK\n"))
            #expect(lines.all.count == 2)
            #expect(lines.all.allSatisfy { $0.hasPrefix("192.0.2.1 - - [") }, "\(lines.all)")
        }
    }

    @Test("of the proxy itself are the proxy's")
    func healthChecks() throws {
        let lines = Lines()
        let connection = try connection(log: lines)
        let bytes = ProxyHeaderTests.binary(0x20, 0, []) + Array(Self.request.utf8)
        #expect(try connection.send(bytes: bytes).hasPrefix("HTTP/1.1 200 OK\n"))
        #expect(lines.all.first?.hasPrefix("10.0.0.1 ") == true)
    }

    @Test("must begin with the header where they come from proxies, and must not elsewhere")
    func strictness() throws {
        let withoutHeader = try connection()
        #expect(try withoutHeader.send(Self.request) == "")
        #expect(!withoutHeader.isOpen)
        let stranger = try connection(from: "192.0.2.9")
        #expect(try stranger.send(Self.request).hasPrefix("HTTP/1.1 200 OK\n"))
        let forger = try connection(from: "192.0.2.9")
        #expect(try forger.send(Self.header + Self.request).hasPrefix("HTTP/1.1 400 "))
        let twice = try connection()
        #expect(try twice.send(Self.header + Self.header + Self.request).hasPrefix("HTTP/1.1 400 "))
    }

    @Test("have the time of a request for it")
    func patience() throws {
        let connection = try connection()
        #expect(try connection.send("PROXY TCP4 ") == "")
        _ = try connection.pass(.seconds(310))
        _ = try connection.pass(.seconds(10))
        #expect(!connection.isOpen)
        #expect(connection.core.connectionCount == 0)
    }
}
