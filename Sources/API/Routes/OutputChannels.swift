internal import Assistant
internal import Channels
internal import Dialogue
internal import HTTPServer

/// Finds where replies go that no message asked for (`output_channel`).
struct OutputChannels: Sendable {
    private let channels: [any Channel]

    init(_ channels: [any Channel]) {
        self.channels = channels
    }

    /// The channel that the request names, or with `latest` the one by which the user spoke last; the collecting sink
    /// where there is none, or it cannot send by itself.
    func sink(_ query: Query, _ tracker: Tracker, collecting: CollectingSink) -> any ReplySink {
        push(query, tracker) ?? collecting
    }

    /// Whether replies are collected for the answer.
    func isCollecting(_ query: Query, _ tracker: Tracker) -> Bool {
        push(query, tracker) == nil
    }

    private func push(_ query: Query, _ tracker: Tracker) -> (any ReplySink)? {
        var name = query.first("output_channel")
        if name == "latest" { name = tracker.latestInputChannel }
        guard let name else { return nil }
        return channels.last { $0.name == name && $0.outgoing != nil }?.outgoing
    }
}
