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
        for text in ["Zh", "Zg=", "Z", "Pz5+", "Zg==="] { #expect(decode(text) == nil) }
    }

    @Test("Queries and forms")
    func percent() {
        #expect(Percent.encode("a b/ö~") == "a%20b%2F%C3%B6~")
        #expect(Percent.decode(Array("a+b%2f%C3%B6%zz%".utf8)[...]) == "a b/ö%zz%")
    }

    @Test("Hexadecimal digits")
    func hexadecimal() {
        #expect(Hexadecimal.text([0, 15, 255]) == "000fff")
        #expect(Hexadecimal.byte(Array("aF".utf8)[...]) == 0xAF)
        #expect(Hexadecimal.byte(Array("g0".utf8)[...]) == nil)
    }
}
