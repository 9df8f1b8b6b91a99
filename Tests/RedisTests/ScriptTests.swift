import Testing

@testable import Redis

@Suite("A script is named by the SHA-1 of its source")
struct ScriptTests {
    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
        ("return 1", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"),
    ])
    func digest(source: String, expected: String) {
        #expect(RedisScript(source).digest == expected)
    }
}

@Suite("A key prefix follows Rasa's rule")
struct KeyPrefixTests {
    @Test func onlyLettersAndDigitsAreTaken() {
        #expect(RedisKeyPrefix("abc1").own == "abc1:")
        #expect(RedisKeyPrefix("größe²").own == "größe²:")
        #expect(RedisKeyPrefix(nil).own == "")
        #expect(!RedisKeyPrefix("").wasRefused)
        #expect(RedisKeyPrefix("a-b").own == "")
        #expect(RedisKeyPrefix("a-b").wasRefused)
    }
}
