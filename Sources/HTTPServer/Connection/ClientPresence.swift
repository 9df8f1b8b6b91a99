import NIOCore

/// The client of a request, for responses that are of no use once it has left.
package struct ClientPresence: Sendable {
    private let connection: ConnectionHandler
    private let serial: Int

    init(_ connection: ConnectionHandler, serial: Int) {
        self.connection = connection
        self.serial = serial
    }

    /// Has the request's task cancelled once the client has closed its connection, or its half of it, which cannot be
    /// told apart; at once where that has happened. On the event loop.
    package func endsTaskWhenGone() {
        connection.core.loop.assertInEventLoop()
        connection.endTaskWithClient(serial)
    }
}

extension ConnectionHandler {
    fileprivate func endTaskWithClient(_ serial: Int) {
        guard serial == self.serial else { return }
        if clientIsGone { task?.cancel() } else { taskEndsWithClient = true }
    }

    /// The client sends no more.
    func clientLeft() {
        clientIsGone = true
        guard taskEndsWithClient else { return }
        taskEndsWithClient = false
        task?.cancel()
    }
}
