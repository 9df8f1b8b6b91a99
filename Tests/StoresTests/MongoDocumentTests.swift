#if MongoDB
    import CMongoC
    import JSON
    import Testing

    @testable import Stores

    @Suite("Documents are in bytes as MongoDB has them")
    struct MongoDocumentTests {
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

        private func document(_ json: JSON) throws -> MongoDocument { try MongoDocument(#require(json.object)) }

        private func hex(_ document: MongoDocument) -> String {
            let bytes = UnsafeRawBufferPointer(start: bson_get_data(document.pointer), count: 4)
            let length = Int(bytes.loadUnaligned(as: Int32.self).littleEndian)
            return UnsafeRawBufferPointer(start: bytes.baseAddress, count: length)
                .map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        }

        private func read(_ bytes: [UInt8]) throws -> JSONObject {
            let document = try #require(bson_new_from_data(bytes, bytes.count))
            defer { bson_destroy(document) }
            return try MongoDocument.read(document)
        }

        @Test(arguments: recorded)
        func vectors(json: JSON, hex: String) throws {
            let document = try document(json)
            #expect(self.hex(document) == hex)
            #expect(JSON.object(try document.read()) == json)
        }

        /// As MongoDB's client for Python writes `Decimal128`.
        @Test(arguments: [
            ("18446744073709551616", "18000000136e000000000000000000010000000000403000"),
            ("-9223372036854775809", "18000000136e00010000000000008000000000000040b000"),
            ("9999999999999999999999999999999999", "18000000136e00ffffffff638e8d37c087adbe09ed413000"),
        ])
        func wholeNumbersBeyond64Bits(digits: String, hex: String) throws {
            let json = try JSON(parsing: "{\"n\": \(digits)}")
            let document = try document(json)
            #expect(self.hex(document) == hex)
            #expect(JSON.object(try document.read()) == json)
        }

        @Test("more than 34 digits are stored as text", arguments: ["9", "0"])
        func tooLongForADecimal(last: String) throws {
            let digits = "1" + String(repeating: "0", count: 33) + last
            #expect(try document(["n": JSON(parsing: digits)]).read()["n"] == .string(digits))
        }

        @Test("names that Unicode calls equivalent are two")
        func codePoints() throws {
            let json = try JSON(parsing: #"{"e\u0301": 1, "\u00e9": 2}"#)
            #expect(JSON.object(try document(json).read()) == json)
        }

        @Test func whatCannotBeStoredIsRefused() throws {
            var value = JSON.null
            for _ in 0..<300 { value = ["a": value] }
            for json in [value, ["a\0b": 1], ["a": ["b\0": 1]]] {
                let error = #expect(throws: MongoError.self) { try document(json) }
                #expect(error?.code == .refused)
            }
        }

        @Test("a value of a kind that JSON has not is left out with the member that holds it")
        func otherKinds() throws {
            // A time; the same in a list; a number.
            let time: [UInt8] = [9, 0x61, 0, 1, 2, 3, 4, 5, 6, 7, 8]
            let list: [UInt8] = [4, 0x62, 0, 16, 0, 0, 0] + time + [0]
            let number: [UInt8] = [16, 0x63, 0, 7, 0, 0, 0]
            let members = time + list + number + [0]
            let bytes = [UInt8(4 + members.count), 0, 0, 0] + members
            #expect(try read(bytes) == ["c": 7])
        }

        @Test func damageIsAnErrorOrAnotherDocument() throws {
            let document = try document(["a": ["b": "text", "c": [1.5, nil]], "n": 1, "t": true])
            let bytes = (0..<hex(document).utf8.count / 2).map { bson_get_data(document.pointer)?[$0] ?? 0 }
            // The library itself looks at the length and the last byte.
            for index in bytes.indices.dropFirst(4).dropLast() {
                for value in [0, 1, 5, 0x0C, 0x7F, 0x80, 0xFF] as [UInt8] {
                    var damaged = bytes
                    damaged[index] = value
                    _ = try? read(damaged)
                }
            }
            // The length of the text is beyond the end.
            var cut = bytes
            cut[17] = 0xFF
            #expect(throws: MongoError.self) { try read(cut) }
        }
    }
#endif
