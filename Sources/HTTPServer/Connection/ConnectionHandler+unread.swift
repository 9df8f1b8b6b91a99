import Glibc
import NIOCore

// What a client has sent and this loop has had no time to read. To close a connection over it would cut the client off,
// and the kernel would throw away what was written to it before.
extension ConnectionHandler {
    /// Begins a request whose first bytes wait in the kernel, before the connection is looked at as an idle one.
    func noteUnread() {
        if isBetweenRequests, hasUnread { machine.bytesCame(now: core.loop.now) }
    }

    /// Whether bytes wait in the kernel.
    var hasUnread: Bool {
        let transport = context?.pipeline.syncOperations
        let found = try? transport?.withUnsafeTransportIfAvailable { (socket: NIOBSDSocket.Handle) in
            var byte: UInt8 = 0
            return recv(socket, &byte, 1, CInt(MSG_PEEK | MSG_DONTWAIT)) > 0
        }
        return found ?? false
    }
}
