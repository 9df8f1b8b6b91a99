/// What an orchestrator wants to know of a server.
package enum HealthQuestion: String, Sendable, Hashable {
    /// Whether it serves at all: if not, a restart may help.
    case live
    /// Whether it is to get requests.
    case ready
}
