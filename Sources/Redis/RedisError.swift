/// Why a command has no answer.
package struct RedisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// There was no connection, so the command was not sent.
        case unreachable
        /// The connection ended, or no answer came in time, after the command was sent: it may have been executed.
        case interrupted
        /// Redis answered with an error.
        case refused
        /// The client was closed before the command was answered.
        case closed
    }

    /// The kind of failure.
    package let code: Code
    /// What happened, with the server's place and its own words where it gave any; never the content of a command.
    package let message: String

    /// An error of a kind with what is known about it.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    package var description: String { message }
}
