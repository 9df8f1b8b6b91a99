import Foundation
import Synchronization

/// A proxy before a server of this machine that counts round trips on the wire: what a client sends before the server
/// has said anything belongs to one.
package final class CountingProxy: Sendable {
    /// The port on 127.0.0.1 to connect to.
    package let port: Int
    private let listener: Int32
    private let count = Atomic<Int>(0)

    /// Begins to forward to a port.
    package init(to server: Int) throws {
        let (listener, port) = try Loopback.listen()
        (self.listener, self.port) = (listener, port)
        Thread.detachNewThread { [weak self] in
            while true {
                let client = Loopback.accept(listener)
                guard client >= 0, let self else { return }
                guard let upstream = try? Loopback.connect(to: server) else {
                    close(client)
                    continue
                }
                var one: Int32 = 1
                for side in [client, upstream] { setsockopt(side, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4) }
                let connection = Connection(client: client, upstream: upstream)
                Thread.detachNewThread { connection.carryRequests { self.count.add(1, ordering: .relaxed) } }
                Thread.detachNewThread { connection.carryAnswers() }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// The round trips of all connections so far.
    package var roundTrips: Int { count.load(ordering: .relaxed) }

    /// One client's connection and the one that is made for it.
    private final class Connection: Sendable {
        private let client: Int32
        private let upstream: Int32
        private let isAnswered = Atomic<Bool>(true)

        init(client: Int32, upstream: Int32) {
            (self.client, self.upstream) = (client, upstream)
        }

        func carryRequests(_ begins: () -> Void) {
            carry(from: client, to: upstream) { if isAnswered.exchange(false, ordering: .relaxed) { begins() } }
        }

        func carryAnswers() {
            carry(from: upstream, to: client) { isAnswered.store(true, ordering: .relaxed) }
        }

        /// Descriptors are left to the end of the process: the other direction may still use them.
        private func carry(from source: Int32, to target: Int32, _ note: () -> Void) {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = recv(source, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                note()
                guard Loopback.send(buffer[..<count], to: target) else { break }
            }
            shutdown(source, Int32(SHUT_RDWR))
            shutdown(target, Int32(SHUT_RDWR))
        }
    }
}
