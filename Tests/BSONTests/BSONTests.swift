import ExactText
import JSON
import OrderedCollections
import Testing

@testable import BSON

@Suite("Documents are in bytes as MongoDB has them")
struct BSONTests {
    /// As MongoDB's client for Python writes them.
    private static let recorded: [(JSON, String)] = [
        (["hello": "world"], "160000000268656c6c6f0006000000776f726c640000"),
        (
            ["BSON": ["awesome", 5.05, 1986]],
            "310000000442534f4e002600000002300008000000617765736f6d65000131003333333333331440103200c20700000000"
        ),
        (
            ["a": nil, "b": true, "c": 4_294_967_296, "d": [:], "é": "a\0b"],
            "2b0000000a6100086200011263000000000001000000036400050000000002c3a900040000006100620000"
        ),
    ]

    @Test(arguments: recorded)
    func vectors(json: JSON, hex: String) throws {
        let bytes = try BSON.bytes(#require(BSON(json).document))
        #expect(bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined() == hex)
        #expect(try BSON.document(bytes) == BSON(json).document)
        #expect(BSON.document(try BSON.document(bytes)).json == json)
    }

    /// As MongoDB's client for Python writes `Decimal128`.
    @Test(arguments: [
        ("18446744073709551616", "18000000136e000000000000000000010000000000403000"),
        ("-9223372036854775809", "18000000136e00010000000000008000000000000040b000"),
        ("9999999999999999999999999999999999", "18000000136e00ffffffff638e8d37c087adbe09ed413000"),
    ])
    func wholeNumbersBeyond64Bits(digits: String, hex: String) throws {
        let json = try JSON(parsing: "{\"n\": \(digits)}")
        let bytes = try BSON.bytes(#require(BSON(json).document))
        #expect(bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined() == hex)
        #expect(BSON.document(try BSON.document(bytes)).json == json)
    }

    @Test("more than 34 digits are stored as text")
    func tooLongForADecimal() throws {
        let digits = String(repeating: "9", count: 34)
        #expect(BSON(try JSON(parsing: digits)).json?.text() == digits)
        #expect(BSON(try JSON(parsing: digits + "9")) == .string(digits + "9"))
    }

    @Test("names that Unicode calls equivalent are two")
    func codePoints() throws {
        let json = try JSON(parsing: #"{"e\u0301": 1, "\u00e9": 2}"#)
        #expect(BSON.document(try BSON.document(BSON.bytes(#require(BSON(json).document)))).json == json)
    }

    @Test func whatIsCutOrSpoiltIsRefused() throws {
        let bytes = try BSON.bytes([
            "a": ["b": "text", "c": [1.5, nil]], "bytes": .binary([1, 0, 2]), "id": .objectID(Array(1...12)), "n": 1,
        ])
        for length in 0..<bytes.count {
            #expect(throws: BSONError.self) { try BSON.document(bytes.prefix(length)) }
        }
        #expect(throws: BSONError.self) { try BSON.document(bytes + [0]) }
        // Whatever one byte is, nothing is read beyond the end.
        for index in bytes.indices {
            for value in [0, 1, 5, 0x0C, 0x7F, 0x80, 0xFF] as [UInt8] {
                var spoilt = bytes
                spoilt[index] = value
                _ = try? BSON.document(spoilt)
            }
        }
    }

    @Test func depthHasAnEnd() throws {
        var value = BSON.null
        for _ in 0..<300 { value = ["a": value] }
        let error = #expect(throws: BSONError.self) { try BSON.bytes(["a": value]) }
        #expect(error?.code == .tooDeep)
        var bytes: [UInt8] = [5, 0, 0, 0, 0]
        for _ in 0..<300 {
            let length = UInt32(bytes.count + 8)
            bytes = (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + [3, 0x61, 0] + bytes + [0]
        }
        #expect(throws: BSONError.self) { try BSON.document(bytes) }
    }

    @Test func whatJSONHasNotIsSaid() throws {
        // A time, in a document of its own.
        let bytes: [UInt8] = [16, 0, 0, 0, 9, 0x61, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0]
        let document = try BSON.document(bytes)
        #expect(document == ["a": .other(type: 9)])
        #expect(BSON.document(document).json == nil)
        #expect(throws: BSONError.self) { try BSON.bytes(document) }
        #expect(throws: BSONError.self) { try BSON.bytes(["a\0b": 1]) }
    }
}
