import System

/// Why an action could not run. The turn goes on without the action's events.
package struct ActionError: CodedError {
    package enum Code: Sendable, Hashable {
        /// The action runs on an action server, and none is configured.
        case noActionServer
        /// The action is of a kind that this version does not run.
        case unsupported
        /// A response is written in a way that cannot be filled in.
        case badTemplate
        /// What the action needs to know is not there.
        case missingInformation
        /// A server cannot be reached, did not respond in time, or answered with an error.
        case serverFailed
        /// A server's response has not the form that it must have.
        case badResponse
        /// The action server says that the action declines to run.
        case rejected
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}

/// An action that declines to run, so that the policies choose another.
struct ActionRejection: Error {
    /// Why, in words for the log.
    let reason: String
}
