/// Why a conversation could not be read or written.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// Another writer changed the conversation since it was read; nothing was written.
        case conflict
        /// The store cannot be reached or refused the command; nothing was written.
        case unreachable
        /// The store was asked to write and its answer was lost: it may have written, or may do so yet.
        case unknown
        /// What is stored is not a conversation that Parley can read.
        case unreadable
        /// The store cannot hold such a conversation; trying again does not help.
        case refused
    }

    /// The kind of failure.
    package let code: Code
    /// What happened, with the store's own words where it gave any; never the content of a conversation.
    package let message: String

    /// An error of a kind with what is known about it.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    static var conflict: StoreError {
        StoreError(.conflict, "another writer changed the conversation in the meantime")
    }

    /// What became of a writing is not known, for this reason.
    static func unknown(_ words: String) -> StoreError {
        StoreError(.unknown, "\(words); whether the events are stored is not known")
    }

    /// The message.
    package var description: String { message }
}
