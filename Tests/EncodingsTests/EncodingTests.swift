import Encodings
import Testing

@Suite("Bytes as text, and back")
struct EncodingTests {
    @Test("Base64 reads what it writes, and refuses the rest")
    func base64() {
        for (text, encoded) in [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("?>~", "Pz5+"), ("???", "Pz8/"),
        ] {
            #expect(Base64.encode(Array(text.utf8)) == encoded)
            #expect(Base64.decode(encoded) == Array(text.utf8))
        }
        for text in ["Z", "Zg", "Zg=", "=Zg=", "Z===", "Zm9v====", "Zm-v", "Zm 9"] {
            #expect(Base64.decode(text) == nil)
        }
    }

    @Test("Base64 for URLs has one text for each sequence of bytes")
    func base64ForURLs() {
        func decode(_ text: String) -> [UInt8]? { Base64.decodeURL(Array(text.utf8)[...]) }
        #expect(decode("Pz5-") == Array("?>~".utf8))
        #expect(decode("Zg") == Array("f".utf8))
        #expect(decode("Zg==") == Array("f".utf8))
        for text in ["", "f", "fo", "foo", "?>~", "???"] {
            #expect(decode(Base64.encodeURL(Array(text.utf8))) == Array(text.utf8))
        }
        #expect(Base64.encodeURL(Array("?>~f???".utf8)) == "Pz5-Zj8_Pw")
        for text in ["Zh", "Zg=", "Z", "Pz5+", "Zg==="] { #expect(decode(text) == nil) }
    }

    @Test("Queries and forms")
    func percent() {
        #expect(Percent.encode("a b/ö~") == "a%20b%2F%C3%B6~")
        #expect(Percent.encode(form: "a b+%20~") == "a+b%2B%2520~")
        #expect(Percent.encode(path: "/models/a b//ö.tar.gz") == "/models/a%20b//%C3%B6.tar.gz")
        #expect(Percent.decode(Array("a+b%2f%C3%B6%zz%".utf8)[...]) == "a b/ö%zz%")
    }

    @Test func partsOfAddresses() {
        #expect(Percent.decode(part: Array("a+b%2f%C3%B6%+1%".utf8)[...]) == "a+b/ö%+1%")
    }

    @Test("FNV-1a gives its authors' values")
    func fnv1a() {
        for (text, value) in [
            ("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8),
        ]
            as [(String, UInt64)]
        {
            #expect(FNV1a(text.utf8).value == value)
        }
    }

    @Test("Hexadecimal digits")
    func hexadecimal() {
        #expect(Hexadecimal.text([0, 15, 255]) == "000fff")
        #expect(Hexadecimal.text(0x0123_4567_89AB_CDEF) == "0123456789abcdef")
        #expect(Hexadecimal.byte(Array("aF".utf8)[...]) == 0xAF)
        #expect(Hexadecimal.byte(Array("g0".utf8)[...]) == nil)
    }
}
