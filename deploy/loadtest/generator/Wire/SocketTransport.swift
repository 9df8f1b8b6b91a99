import Synchronization

/// A connection of Engine.IO: packets come until it ends.
protocol SocketTransport: Sendable {
    /// Ends when the transport is closed, by whomever.
    var packets: AsyncStream<String> { get }
    /// How it has ended, once packets come no more.
    var ending: SocketEnding { get }
    /// Packets leave in this order.
    ///
    /// - Returns: False where the connection ends; then the packet does not leave.
    @discardableResult func send(_ packet: String) -> Bool
    func close()
}

/// How a connection ends.
final class SocketEnding: Sendable {
    private let state = Mutex((isOver: false, isReconnect: false, hasDelivered: false))

    /// No more packets leave.
    var isOver: Bool { state.withLock(\.isOver) }
    /// Whether the server has told the client to connect again, and everything that the client had sent has left. A
    /// server that does so owes the conversation its replies.
    var isReconnect: Bool { state.withLock(\.isReconnect) }

    /// Whether the server has accepted everything that the client had sent. What it did so after a worker was killed
    /// another worker has, and owes the conversation its replies.
    var hasDelivered: Bool { state.withLock(\.hasDelivered) }

    func begin() { state.withLock { $0.isOver = true } }

    func toldToReconnect() { state.withLock { $0 = (true, true, true) } }

    func delivered() { state.withLock { $0.hasDelivered = true } }
}
