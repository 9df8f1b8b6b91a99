import Foundation
import Synchronization

/// A proxy before a server of this machine that loses answers or stops forwarding when it is told to.
package final class TroubledProxy: Sendable {
    /// What the proxy does with what the server says.
    package enum Trouble: Sendable {
        /// Nothing but forwarding.
        case none
        /// The next bytes are lost and their connection ends; then all is well again.
        case lostAnswer
        /// The same for all that the server says from now on.
        case lostAnswers
        /// Nothing is forwarded in either direction, and nothing is closed.
        case blackHole
    }

    /// The port on 127.0.0.1 to connect to.
    package let port: Int
    private let listener: Int32
    private let trouble = Mutex(Trouble.none)

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
                Thread.detachNewThread { self.forward(from: client, to: upstream, isAnswer: false) }
                Thread.detachNewThread { self.forward(from: upstream, to: client, isAnswer: true) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// From now on this happens.
    package func set(_ trouble: Trouble) { self.trouble.withLock { $0 = trouble } }

    /// Descriptors are left to the end of the process: the other direction may still use them.
    private func forward(from source: Int32, to target: Int32, isAnswer: Bool) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            while case .blackHole = trouble.withLock({ $0 }) { usleep(10_000) }
            let isLost = trouble.withLock { trouble in
                guard isAnswer else { return false }
                switch trouble {
                case .none, .blackHole: return false
                case .lostAnswer: trouble = .none
                case .lostAnswers: break
                }
                return true
            }
            guard count > 0, !isLost, send(target, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(target, Int32(SHUT_RDWR))
    }
}
