import System

/// Why a turn did not get, or no longer has, its conversation.
package struct LeaseError: CodedError {
    package enum Code: Sendable, Hashable {
        /// The store cannot be reached, or answered nonsense; nothing is known, so the turn must not run.
        case storeUnreachable
        /// The lease ended while the turn ran, and another may hold the conversation; the turn must not be saved.
        case lost
        /// The queue of this conversation is as long as the limit allows.
        case tooManyWaiting
    }

    package let code: Code
    /// What happened, with the store's own words where it gave any.
    package let message: String

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
