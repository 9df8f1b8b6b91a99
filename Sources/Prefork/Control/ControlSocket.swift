import CParleySystem
import Glibc
import System

/// One end of the socket pair between the supervisor and a child.
///
/// Both ends tolerate the other's death: sending to a dead process does nothing, reading from one says so.
struct ControlSocket: Sendable {
    /// What a read found.
    enum Reading: Equatable {
        /// One message.
        case message([UInt8])
        /// Nothing yet.
        case nothing
        /// The other side is gone.
        case closed
    }

    let descriptor: Int32

    /// A connected pair.
    static func pair() throws(SystemError) -> (supervisor: ControlSocket, child: ControlSocket) {
        var descriptors: [Int32] = [-1, -1]
        guard parley_socket_pair(&descriptors) == 0 else { throw SystemError("socketpair") }
        return (ControlSocket(descriptor: descriptors[0]), ControlSocket(descriptor: descriptors[1]))
    }

    /// Sends one message; false when the other side is gone or has stopped reading.
    @discardableResult
    func send(_ message: [UInt8]) -> Bool {
        parley_send(descriptor, message, message.count) == message.count
    }

    /// Takes one message that has arrived.
    func receive() -> Reading {
        var buffer = [UInt8](repeating: 0, count: ControlCodec.maxMessage)
        let count = parley_receive(descriptor, &buffer, buffer.count)
        if count > 0 { return .message(Array(buffer.prefix(count))) }
        if count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) { return .nothing }
        return .closed
    }

    func close() {
        Glibc.close(descriptor)
    }
}
