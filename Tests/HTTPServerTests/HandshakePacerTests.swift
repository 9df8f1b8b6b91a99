import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPServer

@Suite("Handshakes that come at once are spread")
struct HandshakePacerTests {
    /// Takes longer than the share of handshakes.
    private func work() {
        let end = NIODeadline.now() + .milliseconds(6)
        while NIODeadline.now() < end {}
    }

    @Test("Each waits until the loop has looked at its sockets, and all have their turn in order")
    func spread() {
        let loop = EmbeddedEventLoop()
        let pacer = HandshakePacer(loop: loop)
        var done: [Int] = []
        for number in 0..<3 {
            pacer.run {
                work()
                done.append(number)
            }
        }
        #expect(done == [0])
        loop.advanceTime(by: .microseconds(100))
        #expect(done == [0, 1])
        loop.advanceTime(by: .microseconds(100))
        #expect(done == [0, 1, 2])
        loop.advanceTime(by: .seconds(1))
        pacer.run { done.append(3) }
        pacer.run { done.append(4) }
        #expect(done == [0, 1, 2, 3, 4])
    }

    @Test("What a connection sends first reaches TLS whole, and nothing stands before TLS afterwards")
    func gate() throws {
        let channel = EmbeddedChannel()
        let pacer = HandshakePacer(loop: channel.eventLoop)
        pacer.run(work)
        try channel.pipeline.syncOperations.addHandler(HandshakeGate(pacer: pacer), name: "gate")
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.writeInbound(ByteBuffer(string: "a"))
        try channel.writeInbound(ByteBuffer(string: "b"))
        #expect(try channel.readInbound(as: ByteBuffer.self) == nil)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: "a"))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: "b"))
        #expect(throws: (any Error).self) { try channel.pipeline.syncOperations.context(name: "gate") }
        _ = try? channel.finish()
    }
}
