import System

/// A mistake in a file, with its place.
package struct SourceError: CodedError {
    package enum Code: Sendable, Hashable {
        /// The file could not be read; the system's reason is in the message.
        case unreadable
        /// The text is not YAML, or more of it than is allowed.
        case badYAML
        /// A `${VARIABLE}` that the environment does not have.
        case unsetVariable
        case noAddress
        /// A key that has no meaning where it stands, and seems to be another one.
        case unknownKey
        /// A value of another kind or range than its key asks for, or one that is missing.
        case badValue
        /// Something that Rasa knows and this version of Parley does not do yet.
        case unsupported
    }

    package let code: Code
    package let place: SourcePlace
    /// What was found and what would be right; one line.
    package let message: String

    package init(_ code: Code, at place: SourcePlace, _ message: String) {
        self.code = code
        self.place = place
        self.message = message
    }

    /// `file:line: message`; without the line where the whole file is meant.
    package var description: String { "\(place): \(message)" }
}

package struct SourcePlace: Sendable, Hashable, CustomStringConvertible {
    package let file: String
    /// The line, from 1; 0 for the file as a whole.
    package let line: Int
    /// The character in the line, from 1; 0 for the file as a whole.
    package let column: Int

    package init(file: String, line: Int = 0, column: Int = 0) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line`, or the file alone.
    package var description: String { line == 0 ? file : "\(file):\(line)" }
}
