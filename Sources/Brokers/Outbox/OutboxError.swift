import Glibc
import System

/// Why an outbox does not take events.
package struct OutboxError: CodedError {
    package enum Code: Sendable, Hashable {
        /// The disk is full, or the outbox has grown to its limit.
        case noRoom
        /// The directory or a file in it cannot be used.
        case unusable
        /// Another server has the directory.
        case inUse
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    /// A system call that failed, with `errno` as it is now.
    package static func system(_ call: String, _ path: String, _ number: Int32 = errno) -> OutboxError {
        let isFull = [ENOSPC, EDQUOT, EFBIG].contains(number)
        return OutboxError(
            isFull ? .noRoom : .unusable, "\(call) '\(path)': \(String(cString: strerror(number)))")
    }
}
