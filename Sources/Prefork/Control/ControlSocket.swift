import CParleySystem
import Glibc
import System

/// One end of the socket pair between the supervisor and a child.
///
/// Both ends tolerate the other's death: sending to a dead process does nothing, reading from one says so.
struct ControlSocket: Sendable {
    enum Reading: Equatable {
        case message([UInt8])
        case nothing
        case closed
    }

    let descriptor: Int32

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

    /// The same, and waits for room. Not for the supervisor, which waits for nobody.
    func sendPatiently(_ message: [UInt8]) -> Bool {
        while !send(message) {
            guard errno == EAGAIN || errno == EWOULDBLOCK else { return false }
            var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&entry, 1, -1)
        }
        return true
    }

    func receive() -> Reading {
        var buffer = [UInt8](repeating: 0, count: ControlCodec.maxMessage)
        let count = parley_receive(descriptor, &buffer, buffer.count)
        if count > 0 { return .message(Array(buffer.prefix(count))) }
        if count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) { return .nothing }
        return .closed
    }

    func close() { Glibc.close(descriptor) }
}
