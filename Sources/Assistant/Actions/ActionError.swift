/// Why an action could not run. The turn goes on without the action's events.
struct ActionError: Error, CustomStringConvertible {
    /// The kinds of failure.
    enum Code {
        /// The action runs on an action server, and none is configured.
        case noActionServer
        /// The action is of a kind that this version does not run.
        case notServed
        /// A response is written in a way that cannot be filled in.
        case badTemplate
        /// What the action needs to know is not there.
        case missingInformation
    }

    let code: Code
    let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

/// An action that declines to run, so that the policies choose another.
struct ActionRejection: Error {
    /// Why, in words for the log.
    let reason: String
}
