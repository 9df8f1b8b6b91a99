import JSON
import System
import TestSupport
import Testing

@testable import WebTokens

@Suite("Web tokens")
struct TokenVerifierTests {
    private static let recorded = Recorded.read()

    @Test("are taken and refused as PyJWT takes and refuses them under Rasa", arguments: recorded.cases)
    func agreement(with recorded: Recorded.Case) throws {
        let verifier = try TokenVerifier(recorded.method, key: Array(recorded.key.utf8))
        let payload = try? verifier.payload(of: recorded.token.utf8, now: Self.recorded.now)
        #expect((payload != nil) == (recorded.payload != nil))
        if let payload, let expected = recorded.payload { #expect(JSON.object(payload) == expected) }
    }

    private let secret = Array("a-secret-of-sufficient-length".utf8)

    @Test("are refused unread when they are longer than any needs to be")
    func oversized() throws {
        let verifier = try TokenVerifier(.hs256, key: secret)
        let endless = repeatElement(UInt8(ascii: "a"), count: 100_000_000)
        #expect(throws: TokenError.malformed) { try verifier.payload(of: endless, now: 0) }
    }

    @Test("name the cause of a refusal")
    func causes() throws {
        let verifier = try TokenVerifier(.hs256, key: Array(Self.recorded.secret.utf8))
        for (name, cause) in [
            ("alg none", .wrongAlgorithm), ("other hash", .wrongAlgorithm), ("other secret", .wrongSignature),
            ("two parts", .malformed), ("crit unknown", .unknownExtension), ("exp 1799999820", .expired),
            ("nbf 1800000181", .notYetValid), ("aud 'me'", .wrongAudience), ("exp 'soon'", .malformedClaim),
        ] as [(String, TokenError)] {
            let token = try #require(Self.recorded.cases.first { $0.name == name }).token
            #expect(throws: cause, "\(name)") { try verifier.payload(of: token.utf8, now: Self.recorded.now) }
        }
    }

    @Test("changed in any byte are refused", arguments: ["HS256", "RS256", "ES256 0", "PS256"])
    func mutations(name: String) throws {
        let recorded = try #require(Self.recorded.cases.first { $0.name == name })
        let verifier = try TokenVerifier(recorded.method, key: Array(recorded.key.utf8))
        let token = Array(recorded.token.utf8)
        for index in token.indices {
            for byte in [token[index] ^ 1, UInt8(ascii: "."), 0, 0xFF] where byte != token[index] {
                var changed = token
                changed[index] = byte
                #expect(throws: TokenError.self) { try verifier.payload(of: changed, now: Self.recorded.now) }
            }
        }
    }

    @Test("need a key that fits, which no error shows")
    func keys() throws {
        let keys = Dictionary(
            Self.recorded.cases.map { ($0.method, $0.key) }, uniquingKeysWith: { first, _ in first })
        for algorithm in TokenAlgorithm.allCases {
            for other in TokenAlgorithm.allCases {
                let key = try #require(keys[other])
                let fits =
                    algorithm == other || algorithm.family == other.family && algorithm.family != .curve
                    || [algorithm.family, other.family].allSatisfy { $0 == .rsa || $0 == .pss }
                if fits {
                    #expect(throws: Never.self) { try TokenVerifier(algorithm, key: Array(key.utf8)) }
                } else {
                    let error = #expect(throws: TokenKeyError.self) {
                        try TokenVerifier(algorithm, key: Array(key.utf8))
                    }
                    let middle = key.dropFirst(40).prefix(20)
                    #expect(error.map { !$0.description.contains(middle) } == true)
                }
            }
        }
        for key in ["", "ssh-rsa AAAA", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"] {
            #expect(throws: TokenKeyError.self) { try TokenVerifier(.hs256, key: Array(key.utf8)) }
            #expect(throws: TokenKeyError.self) { try TokenVerifier(.rs256, key: Array(key.utf8)) }
        }
    }
}

/// What `Fixtures/record.py` wrote.
struct Recorded {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let method: TokenAlgorithm
        let key: String
        let token: String
        let payload: JSON?
        var testDescription: String { name }
    }

    let now: Double
    let cases: [Case]
    var secret: String { cases.first { $0.name == "good" }?.key ?? "" }

    static func read() -> Recorded {
        guard let json = try? Fixtures.json("tokens.json") else { return Recorded(now: 0, cases: []) }
        let cases = (json["cases"]?.array ?? []).compactMap { item -> Case? in
            guard let method = item["method"]?.string.flatMap(TokenAlgorithm.init(rawValue:)),
                let name = item["name"]?.string, let key = item["key"]?.string, let token = item["token"]?.string
            else { return nil }
            return Case(name: name, method: method, key: key, token: token, payload: item["payload"])
        }
        return Recorded(now: json["now"]?.double ?? 0, cases: cases)
    }
}
