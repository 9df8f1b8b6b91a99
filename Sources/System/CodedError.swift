/// An error that says what kind of failure it is and, in a sentence for people, what happened.
package protocol CodedError: Error, Hashable, CustomStringConvertible {
    /// The kinds of failure, for code that decides by them.
    associatedtype Code: Sendable, Hashable
    var code: Code { get }
    /// What was found and, where one can act on it, what would be right; names file, server or option.
    var message: String { get }
}

extension CodedError {
    package var description: String { message }
}
