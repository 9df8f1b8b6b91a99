/// Why an action could not run. The turn goes on without the action's events.
package struct ActionError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// The action runs on an action server, and none is configured.
        case noActionServer
        /// The action is of a kind that this version does not run.
        case unsupported
        /// A response is written in a way that cannot be filled in.
        case badTemplate
        /// What the action needs to know is not there.
        case missingInformation
        /// A server cannot be reached, did not answer in time, or answered with an error.
        case serverFailed
        /// A server's answer has not the form that it must have.
        case badResponse
        /// The action server says that the action declines to run.
        case rejected
    }

    /// The kind of failure.
    package let code: Code
    /// What happened and where.
    package let description: String

    /// An error.
    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

/// An action that declines to run, so that the policies choose another.
struct ActionRejection: Error {
    /// Why, in words for the log.
    let reason: String
}
