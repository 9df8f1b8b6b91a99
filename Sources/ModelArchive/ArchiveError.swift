/// Why a model archive or a prepared model was refused. The sentence names the archive's part that is at fault and,
/// where one can act on it, what to do.
public struct ArchiveError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault; the list may grow.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// A stable name for logs.
        public let description: String

        /// Nothing is at the given path, or it is no archive.
        public static let notFound = Code(description: "model_not_found")
        /// A file could not be read or written; the system's reason is in the message.
        public static let inputOutput = Code(description: "input_output")
        /// The bytes are no gzip-compressed tar, or are damaged or cut off.
        public static let damaged = Code(description: "archive_damaged")
        /// A member that no model needs and that could reach outside: absolute name, `..`, link, device.
        public static let unsafeMember = Code(description: "archive_unsafe_member")
        /// More members or bytes than allowed.
        public static let tooLarge = Code(description: "archive_too_large")
        /// Trained by a version of Rasa whose archives are not served.
        public static let unsupportedVersion = Code(description: "model_version_unsupported")
        /// `metadata.json` is missing or does not say what it must.
        public static let badMetadata = Code(description: "model_metadata_invalid")
        /// A TensorFlow checkpoint whose index, sizes, shapes or check sums do not fit.
        public static let badCheckpoint = Code(description: "model_checkpoint_invalid")
        /// A JSON or safetensors file of a component that cannot be read.
        public static let badFile = Code(description: "model_file_invalid")
        /// A prepared directory that is incomplete or from another version of Parley.
        public static let badPreparedModel = Code(description: "prepared_model_invalid")
    }

    /// The kind of fault.
    public let code: Code
    /// One sentence.
    public let message: String

    /// An error of a kind with its sentence.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    public var description: String { message }
}
