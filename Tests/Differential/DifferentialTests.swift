import EndToEndSupport
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

@Suite("Random walks end as they did on Rasa 3.6.21, event by event", .ownThreadFirst)
struct DifferentialTests {
    /// Assistants whose walks all pass; the list only grows.
    private static let known = ["moodbot", "theatre", "desk", "lodge"]
    /// Those that are played: `PARLEY_DIFFERENTIAL=desk,lodge` names some.
    static let assistants =
        ProcessInfo.processInfo.environment["PARLEY_DIFFERENTIAL"]?.split(separator: ",").map(String.init) ?? known

    @Test("every conversation in memory", arguments: assistants)
    func inMemory(assistant: String) throws {
        try replay(assistant, every: 1)
    }

    @Test("every fourth conversation by two workers on Redis", arguments: assistants)
    func onRedis(assistant: String) throws {
        try replay(assistant, every: 4, redis: try RedisServer())
    }

    private func replay(_ assistant: String, every step: Int, redis: RedisServer? = nil) throws {
        let recording = try Recording(assistant)
        let actions = try ActionReplay()
        let directory = try TemporaryDirectory()
        let stores = redis.map { "lock_store:\n\($0.endpoint)tracker_store:\n\($0.endpoint)" } ?? ""
        let endpoints = try directory.write(
            "action_endpoint:\n  url: \(actions.url)/webhook\n\(stores)", as: "endpoints.yml")
        let server = try ParleyServer(
            ["--enable-api", "--endpoints", endpoints], model: recording.model, workers: redis == nil ? 1 : 2,
            redis: redis)
        let chosen = recording.conversations.enumerated().filter { $0.offset % step == 0 }.map(\.element)
        #expect(recording.conversations.count >= 80)
        // Many at once, as some turns wait until a session is over.
        let found = Mutex([(index: Int, difference: String)]())
        let waiting = Mutex(chosen.indices)
        let players = DispatchGroup()
        for _ in 0..<16 {
            players.enter()
            Thread.detachNewThread {
                while let index = waiting.withLock({ $0.popFirst() }) {
                    let difference: String?
                    do {
                        difference = try play(chosen[index], of: recording, on: server, actions)
                    } catch {
                        difference = "ends with \(error)"
                    }
                    if let difference {
                        found.withLock { $0.append((index, "\(assistant) \(chosen[index].name) \(difference)")) }
                    }
                }
                players.leave()
            }
        }
        players.wait()
        let differences = found.withLock { $0.sorted { $0.index < $1.index }.map(\.difference) }
        for difference in differences { Issue.record("\(difference)") }
        print("\(assistant): \(chosen.count) walks, \(differences.count) differ")
    }

    /// This machine was so slow that a session may have ended where it did not when the walk was recorded.
    private struct HeldUp: Error {}

    /// The shortest sessions of the assistants last 6 s.
    private static let patience = Duration.seconds(5)

    /// Plays one conversation and gives the first difference; one that was held up is played again under another name.
    private func play(
        _ conversation: Recording.Conversation, of recording: Recording, on server: ParleyServer,
        _ actions: ActionReplay
    ) throws -> String? {
        var tries = 1
        while true {
            let name = tries == 1 ? conversation.name : "\(conversation.name)-\(tries)"
            do {
                return try firstDifference(conversation, name, of: recording, on: server, actions)
            } catch is HeldUp where tries < 5 {
                tries += 1
            }
        }
    }

    /// Plays one conversation under a name, up to the first turn that differs.
    private func firstDifference(
        _ conversation: Recording.Conversation, _ name: String, of recording: Recording,
        on server: ParleyServer, _ actions: ActionReplay
    ) throws -> String? {
        let comparison = Comparison(variations: recording.variations)
        var recorded: [JSON] = []
        var lastMessage = ContinuousClock.now
        for (number, turn) in conversation.turns.enumerated() {
            let text = turn["say"]?.string ?? ""
            let place = "turn \(number + 1) <\(text)>: "
            actions.expect(turn["actions"]?.array ?? [], in: name)
            let pause = turn["wait"]?.double
            if let pause { Thread.sleep(forTimeInterval: pause) }
            let begin = ContinuousClock.now
            let response = try server.say(text, as: name, metadata: turn["metadata"])
            if pause == nil, ContinuousClock.now - lastMessage > Self.patience { throw HeldUp() }
            lastMessage = begin
            let surprise = actions.surprise(in: name)
            let known = recorded.count
            recorded += (turn["events"]?.array ?? []).map(recording.whole)
            let events = try server.events(of: name).map(recording.stripped)
            // Memory may forget what came before a session, as Rasa's does.
            let start = recorded.count - events.count
            let isWhole = start == 0 || start > 0 && recorded[start]["name"]?.string == "action_session_start"
            let first = isWhole ? start : 0
            let skipped = max(known - first, 0)
            if let found = comparison.difference(
                events: Array(events.dropFirst(skipped)), Array(recorded.dropFirst(first + skipped)))
            {
                return place + found + (surprise.map { "\n  \($0)" } ?? "")
            }
            if let surprise { return place + surprise }
            let replies = (response.json?.array ?? []).map { reply in
                JSON.object((reply.object ?? [:]).filter { $0.key != "recipient_id" })
            }
            if let found = comparison.difference(.array(replies), turn["replies"] ?? []) {
                return place + "replies" + found
            }
        }
        return nil
    }
}
