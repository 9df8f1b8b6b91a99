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

    /// Closes the connections.
    func close() async
}

/// What came of asking for a model.
package enum FetchOutcome: Sendable, Hashable {
    /// The archive has been written.
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

/// Why there is no archive.
package struct ModelSourceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// The settings or credentials cannot work.
        case badConfiguration
        /// The source cannot be reached, breaks off, or is too slow.
        case unavailable
        /// The source has no such model.
        case missing
        /// The source refuses.
        case refused
        /// The archive is larger than allowed.
        case tooLarge
        /// The archive cannot be written here.
        case notWritten
    }

    /// The kind of failure.
    package let code: Code
    /// What happened, with the source's name.
    package let description: String

    /// A failure from its parts.
    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
