import System

/// Why a model archive or a prepared model was refused. The sentence names the archive's part that is at fault and,
/// where one can act on it, what to do.
package struct ArchiveError: CodedError {
    package enum Code: Sendable, Hashable {
        /// Nothing is at the given path, or it is no archive.
        case notFound
        /// A file could not be read or written; the system's reason is in the message.
        case inputOutput
        /// The bytes are no gzip-compressed tar, or are damaged or cut off.
        case damaged
        /// A member that no model needs and that could reach outside: absolute name, `..`, link, device.
        case unsafeMember
        /// More members or bytes than allowed.
        case tooLarge
        /// Trained by a version of Rasa whose archives are not supported.
        case unsupportedVersion
        /// `metadata.json` is missing or does not say what it must.
        case badMetadata
        /// A TensorFlow checkpoint whose index, sizes, shapes or check sums do not fit.
        case badCheckpoint
        /// A JSON or safetensors file of a component that cannot be read.
        case badFile
        /// A prepared directory that is incomplete or from another version of Parley.
        case badPreparedModel
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
