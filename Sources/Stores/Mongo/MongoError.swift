import ExactText

/// Why a MongoDB server did not do what it was asked to.
package struct MongoError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure; more may come.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The kind's name for logs.
        package let description: String

        /// The server cannot be reached or takes no such work now; nothing was done.
        package static let unreachable = Code(description: "mongo_unreachable")
        /// The server is there and does not let this user do it.
        package static let denied = Code(description: "mongo_denied")
        /// The connection was lost or the time ran out after the request was sent: it may have been done.
        package static let interrupted = Code(description: "mongo_interrupted")
        /// A document with the same id is there; nothing was done.
        package static let duplicate = Code(description: "mongo_duplicate")
        /// The server cannot store such a document; nothing was done.
        package static let refused = Code(description: "mongo_refused")
        /// The address is none that can be used.
        package static let badAddress = Code(description: "mongo_bad_address")
        /// This build has no client for MongoDB.
        package static let notBuilt = Code(description: "mongo_not_built")
    }

    /// The kind of failure.
    package let code: Code
    /// What happened in one line, with the server's own words where it gave any; never a password.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message.exact.split { $0 == "\n" || $0 == "\r" }.joined(separator: "; ")
    }

    /// The message.
    package var description: String { message }
}
