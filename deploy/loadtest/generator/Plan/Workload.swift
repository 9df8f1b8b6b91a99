import Foundation

/// How users reach the server.
enum Channel: String, CaseIterable, Sendable {
    case rest, stream, websocket, polling

    var isSocket: Bool { self == .websocket || self == .polling }
}

/// What is done to the server while turns arrive.
enum Scenario: String, CaseIterable, Sendable {
    case steady, ramp, burst, swap, restart, kill
}

/// What one run sends, whichever server it goes to.
struct Workload: Sendable {
    /// Begins every conversation's name, so that runs do not share conversations.
    let run: String
    /// One for each user.
    let channels: [Channel]
    /// The texts of messages as JSON, in turn.
    let messages: [String]
    /// How many messages a response consists of.
    let replies: Int
    /// Seconds after which a turn counts as one without a response.
    let timeout: Double

    init(run: String, channels: [Channel], users: Int, texts: [String], replies: Int, timeout: Double) throws {
        self.run = run
        self.channels = (0..<users).map { channels[$0 % channels.count] }
        self.replies = replies
        self.timeout = timeout
        messages = try texts.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    }

    /// - Parameter renewal: How often the conversation was left for a new one.
    func name(of sender: Int, renewal: Int = 0) -> String {
        renewal == 0 ? "load-\(run)-\(sender)" : "load-\(run)-\(sender)-\(renewal)"
    }

    func message(of arrival: Arrival) -> String {
        arrival.isRestart ? "\"/restart\"" : messages[arrival.number % messages.count]
    }

    /// A restart has no response of its own.
    func replies(to arrival: Arrival) -> Int { arrival.isRestart ? 0 : replies }
}
