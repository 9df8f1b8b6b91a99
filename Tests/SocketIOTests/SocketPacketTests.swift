import Encodings
import JSON
import Testing

@testable import SocketIO

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
