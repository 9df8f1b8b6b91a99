import JSON

/// Who asks, as far as the API tells callers apart.
enum Caller: Sendable, Hashable {
    /// May do everything.
    case admin
    /// May use the conversation of this name and nothing else.
    case user(String)
    /// Known, but without a right to anything.
    case nobody

    /// The caller that a web token's payload speaks of, in its member `user`.
    init(payload: JSONObject) {
        let user = payload["user"]
        switch user?["role"]?.string {
        case "admin": self = .admin
        case "user":
            // No conversation is without a name: an empty one in the path means the one that is called `default`.
            self = user?["username"]?.string.flatMap { $0.isEmpty ? nil : .user($0) } ?? .nobody
        default: self = .nobody
        }
    }

    /// - Parameter conversation: The id as it stands in the path; nil for routes without one.
    func may(use conversation: Substring?) -> Bool {
        switch self {
        case .admin: true
        case .user(let name): conversation.map { $0.utf8.elementsEqual(name.utf8) } ?? false
        case .nobody: false
        }
    }
}
