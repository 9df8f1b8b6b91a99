import Testing

@testable import SocketIO

@Suite("What a client of Socket.IO has sent waits in order and is bounded")
struct EngineInputTests {
    @Test("whoever brought packets hears when they have been dealt with")
    func done() {
        var input = EngineInput()
        var heard: [String] = []
        #expect(input.add(["1", "2"]) { heard.append("first") })
        #expect(input.add(["3"]) { heard.append("second") })
        var dealt: [Substring] = []
        while let packet = input.next {
            dealt.append(packet)
            for done in input.handledFirst() { done() }
            #expect(heard == [[], ["first"], ["first", "second"]][dealt.count - 1])
        }
        #expect(dealt == ["1", "2", "3"])
        #expect(!input.isWaiting)
    }

    @Test("nothing goes on while many messages are being answered, or there is no room")
    func pauses() {
        var input = EngineInput()
        #expect(input.add(["1"]) {})
        input.running = EngineInput.window
        #expect(input.next == nil && input.isWaiting)
        input.running -= 1
        #expect(input.next == "1")
        input.isWaitingForRoom = true
        #expect(input.next == nil)
    }

    @Test("too many packets, or too long ones, are not taken at all")
    func bounds() {
        var input = EngineInput()
        #expect(!input.add(Array(repeating: "3", count: EngineInput.maxPackets + 1)) {})
        let long = Substring(String(repeating: "x", count: EngineInput.maxBytes))
        #expect(input.add([long]) {})
        #expect(!input.add(["1"]) {})
        _ = input.handledFirst()
        #expect(input.add(["1"]) {})
    }
}
