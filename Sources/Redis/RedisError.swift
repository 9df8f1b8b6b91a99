import System

/// Why a command has no response.
package struct RedisError: CodedError {
    package enum Code: Sendable, Hashable {
        /// There was no connection, so the command was not sent.
        case unreachable
        /// The connection ended, or no response came in time, after the command was sent: it may have been executed.
        case interrupted
        case refused
        /// The client was closed before the command was answered.
        case closed
    }

    package let code: Code
    /// What happened, with the server's place and its own words where it gave any; never the content of a command.
    package let message: String

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
