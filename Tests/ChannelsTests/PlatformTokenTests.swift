import Assistant
import ConversationSupport
import ExactText
import HTTPServer
import JSON
import Settings
import Synchronization
import System
import TestSupport
import Testing
import WebClient
import WebTokens
import YAML

@testable import Channels
@testable import SocketIO

@Suite("Platforms that sign with published keys")
struct PlatformTokenTests {
    private static let key = SigningKey()

    private static func chatClaims(_ more: String = "", issuer: String = "chat@system.gserviceaccount.com") -> String {
        let now = RecentTime.now()
        return #"{"iss":"\#(issuer)","aud":"77","iat":\#(now),"exp":\#(now + 600)\#(more)}"#
    }

    @Test("Hangouts: with 'project_id' only Google is let in")
    func hangouts() async throws {
        let platform = SigningPlatform("c1", Self.key)
        let next = SigningKey()
        try await withContext(responses: { call, _ in platform.respond(call) }) { context in
            let channel = try context.channel("hangouts", "{project_id: 77, certs_url: URL/certs}")
            let event =
                #"{"type":"MESSAGE","space":{"type":"DM"},"message":{"text":"hi","sender":{"displayName":"me"}}}"#
            func ask(_ token: String?) async throws -> Int {
                try await context.ask(
                    channel, .post, "/webhooks/hangouts/webhook", event,
                    fields: token.map { [("authorization", "Bearer \($0)")] } ?? []
                ).status
            }
            #expect(try await ask(Self.key.token(Self.chatClaims(), keyID: "c1")) == 200)
            let invalid: [String?] = [
                nil, "", "a.b.c", TokenMaker.unsigned(Self.chatClaims(), keyID: "c1"),
                TokenMaker.hs256(Self.chatClaims(), secret: Self.key.publicPEM, keyID: "c1"),
                Self.key.token(Self.chatClaims(issuer: "me@evil"), keyID: "c1"),
                Self.key.token(Self.chatClaims().replacing(#""77""#, with: #""78""#), keyID: "c1"),
                Self.key.token(Self.chatClaims().replacing(#""exp":"#, with: #""exp":1,"was":"#), keyID: "c1"),
                Self.key.token(#"{"iss":"chat@system.gserviceaccount.com","aud":"77"}"#, keyID: "c1"),
                next.token(Self.chatClaims(), keyID: "c1"), next.token(Self.chatClaims(), keyID: "c2"),
            ]
            for token in invalid { #expect(try await ask(token) == 401, "\(token ?? "-")") }
            #expect(context.service.messages.count == 1)
            platform.rotate(to: "c2", next)
            #expect(try await ask(next.token(Self.chatClaims(), keyID: "c2")) == 200)
            platform.fallSilent()
            #expect(try await ask(next.token(Self.chatClaims(), keyID: "c2")) == 200)
            let deaf = try context.channel("hangouts", "{project_id: 77, certs_url: 'http://127.0.0.1:9'}")
            let response = try await context.ask(
                deaf, .post, "/webhooks/hangouts/webhook", event,
                fields: [("authorization", "Bearer \(Self.key.token(Self.chatClaims(), keyID: "c1"))")])
            #expect(response.status == 503)
        }
    }

    @Test("rasa: the token says who speaks, and a right lets users speak for others")
    func inspector() async throws {
        let platform = SigningPlatform("", Self.key)
        try await withContext(responses: { call, _ in platform.respond(call) }) { context in
            let channel = try context.channel("rasa", "{url: URL}")
            func ask(_ token: String?, _ body: String, query: String = "") async throws -> Int {
                try await context.ask(
                    channel, .post, "/webhooks/rasa/webhook\(query)", body,
                    fields: token.map { [("authorization", $0)] } ?? []
                ).status
            }
            let user = Self.key.token(#"{"username":"jo"}"#)
            let admin = Self.key.token(#"{"username":"ad","scopes":["clientEvents:create"]}"#)
            #expect(try await ask("Bearer \(user)", #"{"message":"one","sender":"x"}"#) == 200)
            #expect(try await ask(user, #"{"message":"two","conversation_id":"jo"}"#) == 200)
            #expect(try await ask(nil, #"{"message":"three"}"#, query: "?token=\(user)") == 200)
            #expect(try await ask("Bearer x", #"{"message":"four"}"#, query: "?token=\(user)") == 200)
            #expect(try await ask("Bearer \(admin)", #"{"message":"five","conversation_id":"other"}"#) == 200)
            #expect(context.service.messages.map(\.conversation) == ["jo", "jo", "jo", "jo", "other"])
            #expect(context.service.messages.allSatisfy { $0.inputChannel == "rasa" })
            let message = #"{"message":"no"}"#
            #expect(try await ask("Bearer \(user)", #"{"message":"no","conversation_id":"other"}"#) == 401)
            #expect(try await ask(nil, message) == 401)
            #expect(try await ask(TokenMaker.unsigned(#"{"username":"jo"}"#, keyID: ""), message) == 401)
            #expect(
                try await ask(TokenMaker.hs256(#"{"username":"jo"}"#, secret: Self.key.publicPEM), message) == 401)
            #expect(try await ask(Self.key.token(#"{"username":"jo","exp":1}"#), message) == 401)
            #expect(try await ask(Self.key.token(#"{"username":"jo","aud":"x"}"#), message) == 401)
            #expect(try await ask(Self.key.token("{}"), message) == 401)
            let next = SigningKey()
            let token = next.token(#"{"username":"jo"}"#)
            #expect(try await ask(token, message) == 401)
            platform.rotate(to: "", next)
            #expect(try await ask(token, #"{"message":"six"}"#) == 200)
            #expect(try await ask(user, message) == 401)
            platform.fallSilent()
            #expect(try await ask(token, #"{"message":"seven"}"#) == 200)
            #expect(context.service.messages.map(\.text) == ["one", "two", "three", "four", "five", "six", "seven"])
        }
    }

    @Test("Socket.IO: with 'jwt_key' sockets need a token that is signed with it")
    func sockets() throws {
        func settings(_ lines: String) throws -> SocketIOSettings {
            let node = try YAMLReader(environment: .process).read(Array(lines.utf8), file: "credentials.yml")
            return try SocketIOSettings(ChannelSettings(name: "socketio", node))
        }
        let open = try settings("{}")
        #expect(open.admits(nil))
        let closed = try settings("{jwt_key: a-secret-that-is-long-enough-for-sha}")
        func token(_ claims: String, secret: String = "a-secret-that-is-long-enough-for-sha") -> JSON {
            ["token": .string(TokenMaker.hs256(claims, secret: secret))]
        }
        let now = RecentTime.now()
        #expect(closed.admits(token(#"{"user":"jo"}"#)))
        #expect(
            closed.admits([
                "token": .string(
                    "Bearer "
                        + TokenMaker.hs256(
                            #"{"user":"jo","exp":\#(now + 60)}"#, secret: "a-secret-that-is-long-enough-for-sha"))
            ]))
        for refused: JSON? in [
            nil, .null, [:], ["token": 1], ["token": "x"], token("{}"), token(#"{"exp":\#(now - 1)}"#),
            token(#"{"user":"jo"}"#, secret: "another-secret-that-is-long-enough"),
            ["token": .string(TokenMaker.unsigned(#"{"user":"jo"}"#, keyID: ""))],
        ] {
            #expect(!closed.admits(refused))
        }
        let key = SigningKey()
        let signed = try settings(
            "jwt_method: RS256\njwt_key: |\n  " + key.publicPEM.replacing("\n", with: "\n  ") + "\n")
        #expect(signed.admits(["token": .string(key.token(#"{"user":"jo"}"#))]))
        #expect(!signed.admits(token(#"{"user":"jo"}"#, secret: key.publicPEM)))
        #expect(throws: ChannelError.self) { try settings("{jwt_key: k, jwt_method: HS1}") }
        #expect(throws: ChannelError.self) { try settings("{jwt_key: k, jwt_method: RS256}") }
    }

    @Test("Keys are asked for once a day, once at a time, and not for ever for names that nobody knows")
    func questions() async throws {
        try await withContext { context in
            let asked = Mutex(0)
            let time = Mutex(1000.0)
            let verifier = try TokenVerifier(.hs256, key: Array("secret".utf8))
            let keys = PlatformKeys(context.context.background, now: { time.withLock { $0 } }) {
                asked.withLock { $0 += 1 }
                await context.context.httpClient.pause(.milliseconds(20))
                return ["a": PlatformKey(verifier: verifier)]
            }
            await withTaskGroup(of: Void.self) { group in
                for _ in 1...20 { group.addTask { _ = await keys.key("a") } }
            }
            #expect(asked.withLock { $0 } == 1)
            for _ in 1...20 { _ = await keys.key("b") }
            #expect(asked.withLock { $0 } == 5)
            time.withLock { $0 += 86_399 }
            _ = await keys.key("a")
            #expect(asked.withLock { $0 } == 5)
            time.withLock { $0 += 2 }
            _ = await keys.key("a")
            #expect(asked.withLock { $0 } == 6)
        }
    }
}
