/// Where the server's models come from.
public protocol ModelSource: Sendable {
    /// What people call the source, for messages.
    var name: String { get }
}
