import Glibc

/// Why an outbox does not take events.
package struct OutboxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// The disk is full, or the outbox has grown to its limit.
        case noRoom
        /// The directory or a file in it cannot be used.
        case unusable
    }

    /// The kind of failure.
    package let code: Code
    /// What happened, and to which path.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A system call that failed, with `errno` as it is now.
    static func system(_ call: String, _ path: String, _ number: Int32 = errno) -> OutboxError {
        let isFull = [ENOSPC, EDQUOT, EFBIG].contains(number)
        return OutboxError(
            isFull ? .noRoom : .unusable, "\(call) '\(path)': \(String(cString: strerror(number)))")
    }

    /// The message.
    package var description: String { message }
}
