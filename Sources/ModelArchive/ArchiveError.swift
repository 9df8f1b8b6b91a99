/// Why a model archive or a prepared model was refused. The sentence names the archive's part that is at fault and,
/// where one can act on it, what to do.
package struct ArchiveError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault; the list may grow.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// A stable name for logs.
        package let description: String

        /// Nothing is at the given path, or it is no archive.
        package static let notFound = Code(description: "model_not_found")
        /// A file could not be read or written; the system's reason is in the message.
        package static let inputOutput = Code(description: "input_output")
        /// The bytes are no gzip-compressed tar, or are damaged or cut off.
        package static let damaged = Code(description: "archive_damaged")
        /// A member that no model needs and that could reach outside: absolute name, `..`, link, device.
        package static let unsafeMember = Code(description: "archive_unsafe_member")
        /// More members or bytes than allowed.
        package static let tooLarge = Code(description: "archive_too_large")
        /// Trained by a version of Rasa whose archives are not served.
        package static let unsupportedVersion = Code(description: "model_version_unsupported")
        /// `metadata.json` is missing or does not say what it must.
        package static let badMetadata = Code(description: "model_metadata_invalid")
        /// A TensorFlow checkpoint whose index, sizes, shapes or check sums do not fit.
        package static let badCheckpoint = Code(description: "model_checkpoint_invalid")
        /// A JSON or safetensors file of a component that cannot be read.
        package static let badFile = Code(description: "model_file_invalid")
        /// A prepared directory that is incomplete or from another version of Parley.
        package static let badPreparedModel = Code(description: "prepared_model_invalid")
    }

    /// The kind of fault.
    package let code: Code
    /// One sentence.
    package let message: String

    /// An error of a kind with its sentence.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    package var description: String { message }
}
