import JSON

extension EngineHub {
    /// What a request for packets, or with packets, comes to.
    enum Outcome: Sendable {
        case packets(String)
        case accepted
        case unknownSession
        /// The client has to connect again: the session's worker has left.
        case hasLeft
        /// The client has to connect again: the session's worker was killed, with what was under way in it.
        case isLost
        case alreadyUpgraded
        case unreadable
        case overloaded
    }
}

extension EngineHub.Outcome {
    /// The outcome as workers tell it each other.
    var json: JSON {
        switch self {
        case .packets(let body): ["outcome": "packets", "body": .string(body)]
        case .accepted: ["outcome": "accepted"]
        case .unknownSession: ["outcome": "unknown"]
        case .hasLeft: ["outcome": "left"]
        case .isLost: ["outcome": "lost"]
        case .alreadyUpgraded: ["outcome": "upgraded"]
        case .unreadable: ["outcome": "unreadable"]
        case .overloaded: ["outcome": "overloaded"]
        }
    }

    init?(_ json: JSON) {
        switch json["outcome"]?.string {
        case "packets": self = .packets(json["body"]?.string ?? "")
        case "accepted": self = .accepted
        case "left": self = .hasLeft
        case "lost": self = .isLost
        case "upgraded": self = .alreadyUpgraded
        case "unreadable": self = .unreadable
        case "overloaded": self = .overloaded
        default: self = .unknownSession
        }
    }
}
