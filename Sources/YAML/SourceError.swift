/// A mistake in a file, with its place.
package struct SourceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of mistake; the list may grow.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// A stable name for logs.
        package let description: String

        /// The file could not be read; the system's reason is in the message.
        package static let unreadable = Code(description: "settings_unreadable")
        /// The text is not YAML, or more of it than is allowed.
        package static let badYAML = Code(description: "settings_yaml")
        /// A `${VARIABLE}` that the environment does not have.
        package static let unsetVariable = Code(description: "settings_variable_unset")
        /// A server without an address.
        package static let noAddress = Code(description: "settings_address")
        /// A key that has no meaning where it stands, and seems to be another one.
        package static let unknownKey = Code(description: "settings_unknown_key")
        /// A value of another kind or range than its key asks for, or one that is missing.
        package static let badValue = Code(description: "settings_value")
        /// Something that Rasa knows and this version of Parley does not do yet.
        package static let unsupported = Code(description: "settings_not_served")
    }

    /// The kind of mistake.
    package let code: Code
    /// Where the mistake is.
    package let place: SourcePlace
    /// What was found and what would be right; one line.
    package let message: String

    /// An error at a place.
    package init(_ code: Code, at place: SourcePlace, _ message: String) {
        self.code = code
        self.place = place
        self.message = message
    }

    /// `file:line: message`; without the line where the whole file is meant.
    package var description: String { "\(place): \(message)" }
}

/// A place in a file.
package struct SourcePlace: Sendable, Hashable, CustomStringConvertible {
    /// The file's path as it was given.
    package let file: String
    /// The line, from 1; 0 for the file as a whole.
    package let line: Int
    /// The character in the line, from 1; 0 for the file as a whole.
    package let column: Int

    /// A place.
    package init(file: String, line: Int = 0, column: Int = 0) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line`, or the file alone.
    package var description: String { line == 0 ? file : "\(file):\(line)" }
}
