import ExactText
import System

/// Why a MongoDB server did not do what it was asked to.
package struct MongoError: CodedError {
    package enum Code: Sendable, Hashable {
        /// The server cannot be reached or takes no such work now; nothing was done.
        case unreachable
        /// The server is there and does not let this user do it.
        case denied
        /// The connection was lost or the time ran out after the request was sent: it may have been done.
        case interrupted
        /// A document with the same id is there; nothing was done.
        case duplicate
        /// The server cannot store such a document; nothing was done.
        case refused
        /// The address is none that can be used.
        case badAddress
        /// This build has no client for MongoDB.
        case notBuilt
    }

    package let code: Code
    /// What happened in one line, with the server's own words where it gave any; never a password.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message.exact.split { $0 == "\n" || $0 == "\r" }.joined(separator: "; ")
    }
}
