import Foundation
import Synchronization

/// A stand-in for a MongoDB server in this process, on a spare port of the loopback interface: as much of its protocol
/// and of its commands as Parley's store, Rasa's and their client libraries use, and an error for all else.
package final class MongoPeer: Sendable {
    private struct State {
        var listener: Int32 = -1
        var connections: Set<Int32> = []
    }

    /// The port on 127.0.0.1.
    package let port: Int
    private let database: MongoPeerDatabase
    private let state = Mutex(State())

    /// The peer that all tests of this process share.
    package static let shared: Result<MongoPeer, any Error> = Result { try MongoPeer() }

    /// Starts a peer that holds nothing.
    ///
    /// - Parameter password: That of the user `parley`, without which nothing is done; nil lets everybody in.
    package init(password: String? = nil) throws {
        port = try Loopback.sparePort()
        database = MongoPeerDatabase(password: password)
        try start()
    }

    deinit { stop() }

    /// Listens again after ``stop()``, with what was stored.
    package func start() throws {
        let listener = Loopback.socket()
        var one: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(listener, 64) == 0
            }
        }
        guard isBound else { throw TestFailure("a peer cannot listen: errno \(errno)") }
        state.withLock { $0.listener = listener }
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = Loopback.accept(listener)
                guard connection >= 0, let self else { return }
                var one: Int32 = 1
                setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
                self.state.withLock { _ = $0.connections.insert(connection) }
                Thread.detachNewThread { self.serve(connection) }
            }
        }
    }

    /// Ends the listening and all connections, as a server does that goes away.
    package func stop() {
        let (listener, connections) = state.withLock { state in
            defer { state.listener = -1 }
            return (state.listener, state.connections)
        }
        guard listener >= 0 else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    /// How many commands of this name have come so far.
    package func count(of command: String) -> Int { database.count(of: command) }

    private func serve(_ connection: Int32) {
        defer {
            state.withLock { _ = $0.connections.remove(connection) }
            close(connection)
        }
        var session = MongoPeerSession()
        while let request = MongoPeerMessage.read(connection) {
            guard let command = try? request.command() else { return }
            let response = database.run(command, &session)
            guard MongoPeerMessage.write(request.respond(response), to: connection) else { return }
        }
    }
}
