import Testing

@testable import SocketIO

@Suite("What a worker keeps for clients of Socket.IO is bounded")
struct EngineBacklogTests {
    @Test func bound() {
        let backlog = EngineBacklog()
        #expect(backlog.add(64 << 20))
        #expect(!backlog.add(1) && backlog.bytes == 64 << 20)
        backlog.remove(10)
        #expect(!backlog.add(11) && backlog.add(10))
    }
}
