import CZlib
import JSON
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import WebClient

@Suite("An answer is read as Rasa's client of HTTP reads it")
struct ResponseTests {
    private static let text = #"{"text": "café"}"#

    /// What a server makes of a body.
    private func respond(
        _ body: [UInt8], type: String? = "application/json", _ headers: String...
    ) async throws -> EndpointResponse {
        let server = try HTTPStub { _ in
            let head = (["HTTP/1.1 200 OK", "content-length: \(body.count)"] + headers).joined(separator: "\r\n")
            let kind = type.map { "content-type: \($0)\r\n" } ?? ""
            return .exactly(Array("\(head)\r\n\(kind)\r\n".utf8) + body)
        }
        return try await withClient {
            try await $0.send(OutboundHTTPClient.Call("POST", "http://127.0.0.1:\(server.port)/"))
        }
    }

    private static func bytes(_ text: String, _ encode: (Unicode.Scalar) -> [UInt8]) -> [UInt8] {
        text.unicodeScalars.flatMap(encode)
    }

    private static func latin(_ scalar: Unicode.Scalar) -> [UInt8] { [UInt8(truncatingIfNeeded: scalar.value)] }
    private static func little(_ scalar: Unicode.Scalar) -> [UInt8] { latin(scalar) + [0] }
    private static func big(_ scalar: Unicode.Scalar) -> [UInt8] { [0] + latin(scalar) }

    private static let right: [(type: String, body: [UInt8])] = [
        ("application/json", Array(text.utf8)),
        ("application/json; charset=utf-8", Array(text.utf8)),
        ("application/json; charset=nobody-knows-it", Array(text.utf8)),
        ("application/json; charset=latin-1", bytes(text, latin)),
        ("application/json;CHARSET = \"ISO-8859-1\" ", bytes(text, latin)),
        ("application/json; a=b; charset=iso8859_1; charset=utf-8", bytes(text, latin)),
        ("application/json; charset=windows-1252", bytes(text, latin)),
        ("application/json; charset=1252", bytes(text, latin)),
        ("application/json; charset=latin", bytes(text, latin)),
        ("application/json; charset=utf-16", [0xFF, 0xFE] + bytes(text, little)),
        ("application/json; charset=utf_16", [0xFE, 0xFF] + bytes(text, big)),
        ("application/json; charset=utf-16-le", bytes(text, little)),
        ("application/json; charset=UTF-16BE", bytes(text, big)),
        ("application/json; charset=utf-8-sig", [0xEF, 0xBB, 0xBF] + Array(text.utf8)),
        ("application/problem+json; charset=utf8", Array(text.utf8)),
    ]

    private static let wrong: [(type: String, body: [UInt8])] = [
        ("application/json", bytes(text, latin)), ("application/json; charset=utf-8", bytes(text, latin)),
        ("application/json; charset=ascii", Array(text.utf8)),
        ("application/json; charset=utf-16", [0xFF, 0xFE, 0x61]),
        ("application/json; charset=cp1252", [0x22, 0x81, 0x22]),
        ("application/json", [0xEF, 0xBB, 0xBF] + Array(text.utf8)), ("application/json", Array("{".utf8)),
    ]

    @Test("in the charset that it names", arguments: right)
    func charsets(type: String, body: [UInt8]) async throws {
        #expect(try await respond(body, type: type).json() == ["text": "café"])
    }

    @Test("in charsets of other scripts")
    func scripts() throws {
        #expect(Charset(named: "shift_jis")?.utf8([0x5C, 0x93, 0xFA]) == Array("\\日".utf8))
        #expect(Charset(named: "cp1255")?.utf8([0xF9, 0xEC]) == Array("של".utf8))
        #expect(Charset(named: "koi8-r")?.utf8([0xC4, 0xC1]) == Array("да".utf8))
        let long = [UInt8](repeating: 0xE9, count: 300_000)
        #expect(Charset(named: "latin-1")?.utf8(long) == Array(String(repeating: "é", count: 300_000).utf8))
        for name in ["", "-", "x", "utf-8//IGNORE", String(repeating: "a", count: 5000), "utf\u{0}8", "é"] {
            #expect(Charset(named: name)?.utf8([]) == nil)
        }
    }

    @Test("and refused where it is none", arguments: wrong)
    func faults(type: String, body: [UInt8]) async throws {
        let response = try await respond(body, type: type)
        let error = #expect(throws: EndpointError.self) { try response.json() }
        #expect(error?.code == .badResponse)
    }

    @Test(
        "as nothing where it is not called JSON, or is blank",
        arguments: [
            ("text/html", text), (nil, text), ("text/json", text), ("application/x-json", text),
            ("application/json", ""), ("application/json", " \r\n\u{B}\u{C}"),
        ])
    func nothing(type: String?, body: String) async throws {
        #expect(try await respond(Array(body.utf8), type: type).json() == .null)
    }

    @Test("unpacked, with the header of zlib or without")
    func codings() async throws {
        let body = Array(Self.text.utf8)
        let whole = Deflate.compressed(body)
        let bare = Array(whole.dropFirst(2).dropLast(4))
        let packed: [(String, [UInt8])] = [
            ("deflate", whole), ("deflate", bare), ("Deflate", whole), ("gzip", Self.gzip(body)),
            ("GZIP", Self.gzip(body)), ("gzip", Array(Self.gzip(body).dropLast(8))), ("identity", body), ("", body),
            ("gzip", Self.gzip(body) + Array("more".utf8)),
        ]
        for (coding, bytes) in packed {
            #expect(
                try await respond(bytes, "content-encoding: \(coding)").json() == ["text": "café"], "\(coding) \(bytes)"
            )
        }
        #expect(try await respond([], "content-encoding: gzip").json() == .null)
        #expect(try await respond(Array(whole), "content-encoding: x-deflate").body == whole)
    }

    @Test("and refused where it cannot be unpacked, or is too long for it")
    func brokenCodings() async throws {
        let body = Array(Self.text.utf8)
        let broken: [(String, [UInt8])] = [
            ("gzip", body), ("deflate", body), ("br", body), ("deflate", Array(Deflate.compressed(body).dropLast(5))),
            ("gzip", Self.gzip([UInt8](repeating: 0x20, count: 9 << 20))),
        ]
        for (coding, bytes) in broken {
            let error = await #expect(throws: EndpointError.self, "\(coding)") {
                _ = try await respond(bytes, "content-encoding: \(coding)")
            }
            #expect(error?.code == .badResponse)
        }
        let error = await #expect(throws: EndpointError.self) {
            _ = try await respond([UInt8](repeating: 0x20, count: 9 << 20))
        }
        #expect(error?.message.contains("8 MB") == true)
    }

    private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(
            &stream, 6, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        let room = Int(deflateBound(&stream, UInt(bytes.count)))
        var input = bytes
        return [UInt8](unsafeUninitializedCapacity: room) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(room)
                _ = deflate(&stream, Z_FINISH)
            }
            count = room - Int(stream.avail_out)
        }
    }
}
