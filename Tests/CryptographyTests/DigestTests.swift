import Cryptography
import Encodings
import Testing

@Suite("Digests and codes")
struct DigestTests {
    @Test("are those of RFC 1321 and FIPS 180, in one piece and in several")
    func digests() throws {
        let text = Array("abc".utf8)
        #expect(Hexadecimal.text(Digest.md5.of(text)) == "900150983cd24fb0d6963f7d28e17f72")
        #expect(Hexadecimal.text(Digest.sha1.of(text)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        let right = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(Hexadecimal.text(Digest.sha256.of(text)) == right)
        let running = try #require(RunningDigest(.sha256))
        for round in 1...2 {
            for byte in text { [byte].withUnsafeBytes { running.add($0) } }
            if round == 1 { running.restart() }
        }
        #expect(Hexadecimal.text(running.finish()) == right)
    }

    @Test("are those of RFC 2202 and 4231, also under no key")
    func codes() {
        let (message, key) = (Array("what do ya want for nothing?".utf8), Array("Jefe".utf8))
        #expect(
            Hexadecimal.text(Digest.sha1.code(of: message, key: key)) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
        #expect(
            Hexadecimal.text(Digest.sha256.code(of: message, key: key))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            Hexadecimal.text(Digest.sha256.code(of: [], key: []))
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test("are compared by all of their bytes")
    func comparison() {
        #expect(ConstantTime.isEqual("abc", "abc") && !ConstantTime.isEqual("abc", "abd"))
        #expect(!ConstantTime.isEqual("a", "ab") && ConstantTime.isEqual("", ""))
        let secret = Array("s3same".utf8)
        for (given, expected) in [
            ("s3same", true), ("s3sam", false), ("s3sames3same", false), ("", false), ("S3same", false),
        ] {
            #expect(ConstantTime.isSecret(Array(given.utf8), secret) == expected)
        }
        #expect(!ConstantTime.isSecret([], []))
    }
}
