/// Why bytes are no document, or a document has no bytes.
package struct BSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// The bytes end too early, or say what cannot be.
        case malformed
        /// Documents are nested too deeply.
        case tooDeep
        /// The name of a member has a zero byte, which ends names.
        case badName
        /// A value that is only known by its type cannot be written.
        case unwritable
    }

    /// The kind of failure.
    package let code: Code

    init(_ code: Code) { self.code = code }

    /// What is wrong, in a sentence.
    package var description: String {
        switch code {
        case .malformed: "what MongoDB sent is no valid BSON"
        case .tooDeep: "values are nested more than \(BSON.deepest) levels deep"
        case .badName: "a name has a zero byte, which MongoDB cannot store"
        case .unwritable: "a value is of a kind that cannot be written"
        }
    }
}

extension BSON {
    /// How many levels deep documents may be nested; MongoDB itself stores less.
    static let deepest = 250
}
