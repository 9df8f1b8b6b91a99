import Foundation
import Synchronization

/// A TCP proxy before a server of this machine, which loses or holds back what it is told to, as a network does. What
/// was held back is delivered when it forwards again, as TCP does.
package final class TCPProxy: Sendable {
    /// What gets through.
    package enum Policy: Sendable {
        /// Everything.
        case forward
        /// What clients send, but no responses: everything is done, and nobody learns of it.
        case holdResponses
        /// Nothing, and nothing is closed.
        case holdAll
        /// The next bytes that the server says are lost and their connection ends; then everything gets through again.
        case loseNextResponse
        /// The same for all that the server says from now on.
        case loseResponses
    }

    /// The port on 127.0.0.1 to connect to.
    package let port: Int
    private let wire: Wire

    /// Begins to forward to a port on 127.0.0.1.
    package init(to server: Int) throws {
        let (listener, port) = try Loopback.listen()
        self.port = port
        let wire = try Wire(listener, server)
        self.wire = wire
        Thread.detachNewThread { wire.run() }
    }

    deinit { wire.change { $0.isEnded = true } }

    /// Decides what gets through from now on.
    package func set(_ policy: Policy) { wire.change { $0.policy = policy } }

    /// Closes all connections.
    package func cut() { wire.change { $0.isCutting = true } }

    /// The round trips of all connections so far: what a client sends before the server has said anything belongs to
    /// one.
    package var roundTrips: Int { wire.state.withLock { $0.roundTrips } }

    /// How many clients have left while nothing got through.
    package var departures: Int { wire.state.withLock { $0.departures } }
}

/// POLLRDHUP, which Swift does not see: the other side sends no more.
private let departure = Int16(0x2000)

/// All connections of a proxy, on one thread.
private final class Wire: Sendable {
    struct State {
        var policy = TCPProxy.Policy.forward
        var isCutting = false
        var isEnded = false
        var roundTrips = 0
        var departures = 0
    }

    private struct Connection {
        let client: Int32
        let server: Int32
        var isResponded = true
        var hasLeft = false

        func end() {
            close(client)
            close(server)
        }
    }

    let state = Mutex(State())
    private let listener: Int32
    private let target: Int
    /// Written to when the state has changed.
    private let alarm: (reading: Int32, writing: Int32)

    init(_ listener: Int32, _ target: Int) throws {
        (self.listener, self.target) = (listener, target)
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw TestFailure("no pair of sockets: errno \(errno)")
        }
        alarm = (ends[0], ends[1])
    }

    func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        _ = write(alarm.writing, [1], 1)
    }

    func run() {
        var connections: [Connection] = []
        defer {
            for connection in connections { connection.end() }
            close(listener)
            close(alarm.reading)
            close(alarm.writing)
        }
        while true {
            let state = state.withLock { state in
                defer { state.isCutting = false }
                return state
            }
            if state.isEnded { return }
            if state.isCutting {
                for connection in connections { connection.end() }
                connections = []
            }
            serve(&connections, state.policy)
        }
    }

    private func serve(_ connections: inout [Connection], _ policy: TCPProxy.Policy) {
        // A server that cannot be seen takes no connections either; those wait in the listener's queue.
        let (hearsClients, hearsServer) = (policy != .holdAll, policy != .holdAll && policy != .holdResponses)
        var polled = [pollfd(fd: alarm.reading, events: Int16(POLLIN), revents: 0)]
        polled.append(pollfd(fd: hearsClients ? listener : -1, events: Int16(POLLIN), revents: 0))
        for connection in connections {
            let events = hearsClients ? Int16(POLLIN) : departure
            let isWatched = hearsClients || !connection.hasLeft
            polled.append(pollfd(fd: isWatched ? connection.client : -1, events: events, revents: 0))
            polled.append(pollfd(fd: hearsServer ? connection.server : -1, events: Int16(POLLIN), revents: 0))
        }
        _ = poll(&polled, nfds_t(polled.count), -1)
        if polled[0].revents != 0 {
            // What is forwarded now is decided anew.
            _ = Self.receive(alarm.reading)
            return
        }
        guard hearsClients else {
            for index in connections.indices where polled[2 + 2 * index].revents != 0 {
                connections[index].hasLeft = true
                state.withLock { $0.departures += 1 }
            }
            return
        }
        for index in connections.indices.reversed() {
            let isThere =
                (polled[2 + 2 * index].revents == 0 || carryRequest(&connections[index]))
                && (polled[3 + 2 * index].revents == 0 || carryResponse(&connections[index]))
            if !isThere { connections.remove(at: index).end() }
        }
        if polled[1].revents != 0, let connection = meet() { connections.append(connection) }
    }

    private func carryRequest(_ connection: inout Connection) -> Bool {
        let bytes = Self.receive(connection.client)
        guard !bytes.isEmpty else { return false }
        if connection.isResponded { state.withLock { $0.roundTrips += 1 } }
        connection.isResponded = false
        return Loopback.send(bytes, to: connection.server)
    }

    private func carryResponse(_ connection: inout Connection) -> Bool {
        let bytes = Self.receive(connection.server)
        guard !bytes.isEmpty else { return false }
        let isLost = state.withLock { state in
            switch state.policy {
            case .loseResponses: return true
            case .loseNextResponse:
                state.policy = .forward
                return true
            case .forward, .holdResponses, .holdAll: return false
            }
        }
        connection.isResponded = true
        return !isLost && Loopback.send(bytes, to: connection.client)
    }

    private static func receive(_ source: Int32) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
            count = max(0, recv(source, buffer.baseAddress, buffer.count, 0))
        }
    }

    private func meet() -> Connection? {
        let client = Loopback.accept(listener)
        guard client >= 0 else { return nil }
        guard let server = try? Loopback.connect(to: target) else {
            close(client)
            return nil
        }
        var one: Int32 = 1
        for side in [client, server] { setsockopt(side, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4) }
        return Connection(client: client, server: server)
    }
}
