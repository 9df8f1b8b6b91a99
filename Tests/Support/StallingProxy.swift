import Foundation
import Synchronization

/// A TCP proxy on the loopback interface that can stop forwarding without closing anything, as a network does that
/// loses every packet. What was held back is delivered when it forwards again, as TCP does.
package final class StallingProxy: Sendable {
    /// What gets through.
    package enum Flow: Sendable {
        /// Everything.
        case both
        /// What clients send, but no answers: everything is done, and nobody learns of it.
        case requests
        /// Nothing.
        case none
    }

    private struct State {
        var flow = Flow.both
        var isCutting = false
        var isEnded = false
    }

    /// The port on 127.0.0.1.
    package let port: Int

    private let state: Shared

    private final class Shared: Sendable {
        let value = Mutex(State())
    }

    /// A proxy to a port on 127.0.0.1.
    package init(to target: Int) throws {
        let (listener, port) = try Loopback.listen()
        self.port = port
        let shared = Shared()
        state = shared
        Thread.detachNewThread { Self.run(listener, target, shared) }
    }

    deinit {
        state.value.withLock { $0.isEnded = true }
    }

    /// Decides what gets through from now on.
    package func pass(_ flow: Flow) {
        state.value.withLock { $0.flow = flow }
    }

    /// Closes all connections.
    package func cut() {
        state.value.withLock { $0.isCutting = true }
    }

    private struct Pair {
        let client: Int32
        let server: Int32
    }

    private static func run(_ listener: Int32, _ target: Int, _ shared: Shared) {
        var pairs: [Pair] = []
        defer {
            for pair in pairs { end(pair) }
            close(listener)
        }
        while true {
            let state = shared.value.withLock { state in
                defer { state.isCutting = false }
                return state
            }
            if state.isEnded { return }
            if state.isCutting {
                for pair in pairs { end(pair) }
                pairs = []
            }
            // A server that cannot be seen takes no connections either; those wait in the listener's queue.
            var polled = [pollfd(fd: state.flow == .none ? -1 : listener, events: Int16(POLLIN), revents: 0)]
            for pair in pairs {
                polled.append(
                    pollfd(fd: state.flow == .none ? -1 : pair.client, events: Int16(POLLIN), revents: 0))
                polled.append(
                    pollfd(fd: state.flow == .both ? pair.server : -1, events: Int16(POLLIN), revents: 0))
            }
            _ = poll(&polled, nfds_t(polled.count), 10)
            var ended: Set<Int> = []
            for (index, pair) in pairs.enumerated() {
                let isFine =
                    (polled[1 + 2 * index].revents == 0 || move(from: pair.client, to: pair.server))
                    && (polled[2 + 2 * index].revents == 0 || move(from: pair.server, to: pair.client))
                if !isFine { ended.insert(index) }
            }
            for index in ended.sorted(by: >) { end(pairs.remove(at: index)) }
            if polled[0].revents != 0, let pair = meet(listener, target) { pairs.append(pair) }
        }
    }

    private static func meet(_ listener: Int32, _ target: Int) -> Pair? {
        let client = Loopback.accept(listener)
        guard client >= 0 else { return nil }
        guard let server = try? Loopback.connect(to: target) else {
            close(client)
            return nil
        }
        var one: Int32 = 1
        for side in [client, server] { setsockopt(side, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4) }
        return Pair(client: client, server: server)
    }

    private static func end(_ pair: Pair) {
        close(pair.client)
        close(pair.server)
    }

    private static func move(from: Int32, to: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(from, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        return Loopback.send(buffer[..<count], to: to)
    }
}
