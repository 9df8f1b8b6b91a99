import NIOCore
import Testing

@testable import LoadTest

@Suite("What arrives")
struct WireTests {
    @Test("is counted in a response of the REST channel")
    func replies() {
        let reply = #"{"recipient_id":"a","text":"é"}"#
        #expect(RESTReplies.count(in: ByteBuffer(string: "[]"), streamed: false) == 0)
        #expect(RESTReplies.count(in: ByteBuffer(string: "[\(reply),\(reply)]"), streamed: false) == 2)
        #expect(RESTReplies.count(in: ByteBuffer(string: "[\(reply)"), streamed: false) == nil)
        #expect(RESTReplies.count(in: ByteBuffer(string: "\(reply)\n\(reply)\n"), streamed: true) == 2)
        #expect(RESTReplies.count(in: ByteBuffer(string: "\(reply)\n{"), streamed: true) == nil)
        #expect(RESTReplies.count(in: ByteBuffer(string: ""), streamed: true) == 0)
    }

    @Test("is recognised among Socket.IO's packets")
    func packets() {
        #expect(SocketPacket(#"0{"sid":"abc","pingInterval":25000}"#) == .opened(sid: "abc"))
        #expect(SocketPacket("2") == .ping)
        #expect(SocketPacket(#"40{"sid":"x"}"#) == .connected)
        #expect(SocketPacket(#"42["session_confirm","me"]"#) == .sessionConfirmed)
        #expect(SocketPacket(#"42["bot_uttered",{"text":"hi"}]"#) == .message)
        #expect(SocketPacket("41") == .closed)
        #expect(SocketPacket("") == .other)
        #expect(SocketPacket.packets(in: "2\u{1e}40{}") == ["2", "40{}"])
    }

    @Test("after a worker was killed belongs to another")
    func kills() {
        let kills = KillClock()
        #expect(!kills.isSince(.uptimeNanoseconds(5)))
        kills.note(.uptimeNanoseconds(3))
        #expect(!kills.isSince(.uptimeNanoseconds(2)) && kills.isSince(.uptimeNanoseconds(3)))
        let ending = SocketEnding()
        ending.begin()
        #expect(ending.isOver && !ending.hasDelivered && !ending.isReconnect)
        ending.delivered()
        #expect(ending.hasDelivered && !ending.isReconnect)
    }

    @Test("goes to a server of the right form")
    func targets() {
        #expect(Target(url: "http://localhost:5005")?.port == 5005)
        #expect(Target(url: "http://localhost")?.port == 80)
        #expect(Target(url: "http://localhost:80/bot/")?.prefix == "/bot")
        #expect(Target(url: "https://localhost") == nil)
        #expect(Target(url: "http://localhost:70000") == nil)
    }
}
