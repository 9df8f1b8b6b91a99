import Assistant
import Channels
import Dialogue
import HTTPServer

/// Finds where replies go that no message asked for (`output_channel`).
struct OutputChannels: Sendable {
    private let channels: [any Channel]

    init(_ channels: [any Channel]) { self.channels = channels }

    /// The channel that the request names, or with `latest` the one by which the user spoke last; the collecting sink
    /// where there is none, or it cannot send by itself.
    func output(_ query: Query, _ tracker: Tracker, collecting: CollectingOutputChannel) -> any OutputChannel {
        guard let channel = channel(query, tracker), let output = channel.outgoing else { return collecting }
        return channel.showsSentReplies ? SendingAndCollecting(output: output, collected: collecting) : output
    }

    func isCollecting(_ query: Query, _ tracker: Tracker) -> Bool {
        channel(query, tracker)?.showsSentReplies ?? true
    }

    private func channel(_ query: Query, _ tracker: Tracker) -> (any Channel)? {
        var name = query.first("output_channel")
        if name == "latest" { name = tracker.latestInputChannel }
        return channels.sending(as: name)
    }
}

/// Sends replies by a channel and keeps them for the response.
private struct SendingAndCollecting: OutputChannel {
    let output: any OutputChannel
    let collected: CollectingOutputChannel

    var channelName: String { output.channelName }

    func send(_ reply: BotMessage) async {
        await output.send(reply)
        await collected.send(reply)
    }
}
