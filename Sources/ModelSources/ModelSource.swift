import System

/// Where the server's models come from, other than its own disk.
package protocol ModelSource: Sendable {
    /// What people call the source, for messages: `the model server at http://models`.
    var name: String { get }

    /// Fetches the model's archive.
    ///
    /// - Parameters:
    ///   - file: Where to write it; must not exist yet. What is left there after an error is of no use.
    ///   - validator: The ``FetchedArchive/validator`` of the one that is not wanted again; nil wants any.
    /// - Throws: ``ModelSourceError``.
    func fetch(into file: String, unless validator: String?) async throws(ModelSourceError) -> FetchOutcome

    func close() async
}

package enum FetchOutcome: Sendable, Hashable {
    case fetched(FetchedArchive)
    /// There is no other one than the one that is known.
    case unchanged
}

/// An archive that has been written to disk.
package struct FetchedArchive: Sendable, Hashable {
    /// What people call the archive.
    package let name: String
    /// By what the source tells it from others (`ETag`); nil where the source says nothing.
    package let validator: String?
    /// The SHA-256 of its bytes.
    package let digest: [UInt8]
}

package struct ModelSourceError: CodedError {
    package enum Code: Sendable, Hashable {
        /// The settings or credentials cannot work.
        case badConfiguration
        /// The source cannot be reached, breaks off, or is too slow.
        case unavailable
        /// The source has no such model.
        case missing
        case refused
        /// The archive is larger than allowed.
        case tooLarge
        /// The archive cannot be written here.
        case notWritten
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
