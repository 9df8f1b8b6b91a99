internal import Glibc

/// Why an outbox does not take events.
public struct OutboxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Code: Sendable, Hashable {
        /// The disk is full, or the outbox has grown to its limit.
        case noRoom
        /// The folder or a file in it cannot be used.
        case unusable
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, and to which path.
    public let message: String

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
    public var description: String { message }
}
