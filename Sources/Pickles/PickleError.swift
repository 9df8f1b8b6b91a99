/// Why a pickle was refused.
package struct PickleError: Error, Hashable, CustomStringConvertible {
    package enum Reason: Sendable, Hashable {
        /// The bytes end too early, or do not fit together.
        case damaged
        /// A name that is not in the closed table, or an opcode that could do more than make data.
        case notData
        /// More bytes, values, names or levels than allowed.
        case tooLarge
    }

    package let reason: Reason
    /// The place in the bytes, counted from 0.
    package let offset: Int
    /// Completes the sentence "The pickle …".
    package let message: String

    init(_ reason: Reason, at offset: Int, _ message: String) {
        (self.reason, self.offset, self.message) = (reason, offset, message)
    }

    package var description: String { "\(message) (byte \(offset))" }
}
