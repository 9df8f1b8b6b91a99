import Dialogue
import JSON
import System

/// Why a conversation could not be read or written.
package struct StoreError: CodedError {
    package enum Code: Sendable, Hashable {
        /// Another writer changed the conversation since it was read; nothing was written.
        case conflict
        /// The store cannot be reached or refused the command; nothing was written.
        case unreachable
        /// The store was asked to write and its response was lost: it may have written, or may do so yet.
        case unknown
        /// What is stored is not a conversation that Parley can read.
        case unreadable
        /// The store cannot hold such a conversation; trying again does not help.
        case refused
    }

    package let code: Code
    /// What happened, with the store's own words where it gave any; never the content of a conversation.
    package let message: String

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    static var conflict: StoreError {
        StoreError(.conflict, "another writer changed the conversation in the meantime")
    }

    /// What became of a writing is not known, for this reason.
    static func unknown(_ words: String) -> StoreError {
        StoreError(.unknown, "\(words); whether the events are stored is not known")
    }

    /// The events of a store's list.
    ///
    /// - Parameter what: What messages call the list's owner, such as "what Redis holds for the conversation".
    static func events(from list: [JSON], _ what: String) throws(StoreError) -> [Event] {
        do throws(EventError) {
            return try Event.list(from: list)
        } catch {
            throw StoreError(.unreadable, "\(what) cannot be read: \(error)")
        }
    }

    /// The events of a store's list whose values are nil where they are no JSON.
    static func events(decoding list: some Sequence<JSON?>, _ what: String) throws(StoreError) -> [Event] {
        var values: [JSON] = []
        for value in list {
            guard let value else { throw StoreError(.unreadable, "\(what) is not a list of events") }
            values.append(value)
        }
        return try events(from: values, what)
    }
}
