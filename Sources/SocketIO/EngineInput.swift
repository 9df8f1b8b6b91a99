import NIOCore

/// What a client has sent and what has not been dealt with yet: packets in order, a few messages at a time.
///
/// Whoever brought packets is held up while some wait: a request is answered once its packets have been dealt with, a
/// WebSocket is not read meanwhile. So what waits is bounded by what one client may send at a time.
struct EngineInput {
    /// How many messages of one client are answered at a time.
    static let window = 8
    /// More packets, or more bytes of them, are refused: they come from clients that this worker cannot hold up.
    static let maxPackets = 4 * EnginePacket.maxPackets
    static let maxBytes = 4 * EnginePacket.maxPayload

    /// Whether the first packet needs room that there is not now.
    var isWaitingForRoom = false
    /// How many messages are being answered.
    var running = 0
    private var packets = CircularBuffer<Substring>()
    private var bytes = 0
    /// How many packets ever came and were dealt with; who waits for the latter to reach a number.
    private var received = 0
    private var handled = 0
    private var waiting = CircularBuffer<(number: Int, done: () -> Void)>()

    var isWaiting: Bool { !packets.isEmpty }

    /// The packet to be dealt with now; nil where there is none, or must not be.
    var next: Substring? { running < Self.window && !isWaitingForRoom ? packets.first : nil }

    /// Takes packets in.
    ///
    /// - Parameter done: What is to be called once they have been dealt with.
    /// - Returns: False where there are too many already; then none of them is taken.
    mutating func add(_ new: [Substring], done: @escaping () -> Void) -> Bool {
        let size = new.reduce(0) { $0 + $1.utf8.count }
        guard packets.count + new.count <= Self.maxPackets, bytes + size <= Self.maxBytes else { return false }
        packets.append(contentsOf: new)
        bytes += size
        received += new.count
        waiting.append((received, done))
        return true
    }

    /// The first packet has been dealt with.
    ///
    /// - Returns: What is to be called now.
    mutating func handledFirst() -> [() -> Void] {
        bytes -= packets.removeFirst().utf8.count
        handled += 1
        var done: [() -> Void] = []
        while let first = waiting.first, first.number <= handled { done.append(waiting.removeFirst().done) }
        return done
    }
}
