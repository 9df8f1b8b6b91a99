import JSON

/// A place of a response at which the servers do not agree.
struct Difference: Sendable, Hashable {
    /// Where in the response, as a JSON pointer; words in parentheses where it is not in the body.
    let path: String
    /// What the running Rasa has; nil for nothing.
    let against: JSON?
    /// What Parley has; nil for nothing.
    let parley: JSON?

    init(_ path: String, _ against: JSON?, _ parley: JSON?) {
        (self.path, self.against, self.parley) = (path, against, parley)
    }
}
