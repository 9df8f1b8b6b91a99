import Encodings
import JSON
import Testing

@testable import Channels

@Suite("Packets of Socket.IO")
struct SocketPacketTests {
    @Test("are read", arguments: ["0", "2/chat,12[\"a\",{\"b\":1}]", "0/chat,{\"token\":\"t\"}", "2[\"a\"]", "1"])
    func roundTrip(text: String) throws {
        let packet = try #require(SocketPacket(text[...]))
        #expect(packet.text == text)
    }

    @Test("are refused where they are none", arguments: ["", "9", "2[", "51-[\"a\"]"])
    func refusal(text: String) {
        #expect(SocketPacket(text[...]) == nil)
    }

    @Test("The handshake of a WebSocket is that of RFC 6455")
    func accept() {
        #expect(WebSocketLink.accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }
}

@Suite("Signatures")
struct SignatureTests {
    @Test("are those of RFC 2202 and 4231")
    func vectors() {
        let message = Array("what do ya want for nothing?".utf8)
        #expect(
            Hexadecimal.text(Signature.hmac(.sha1, key: "Jefe", message)) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
        #expect(
            Hexadecimal.text(Signature.hmac(.sha256, key: "Jefe", message))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(Signature.isEqual("abc", "abc") && !Signature.isEqual("abc", "abd") && !Signature.isEqual("a", "ab"))
    }
}
