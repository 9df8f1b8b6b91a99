import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

/// How the real Rasa answered the demo assistant's guests; `Fixtures/record.py` writes the recording.
struct Recording {
    let conversations: [JSON]
    let parses: [JSON]

    init() throws {
        let json = try Fixtures.json("tea-house.json")
        conversations = json["conversations"]?.array ?? []
        parses = json["parses"]?.array ?? []
    }
}

@Suite("The demo assistant answers as it does on Rasa 3.6.21", .ownThread)
struct RecordedConversationTests {
    @Test("every recorded conversation, message by message and event by event", arguments: [1, 2])
    func conversations(workers: Int) throws {
        let redis = workers > 1 ? try RedisServer() : nil
        let server = try ParleyServer(workers: workers, redis: redis)
        for conversation in try Recording().conversations {
            let sender = try #require(conversation["sender"]?.string)
            for turn in conversation["turns"]?.array ?? [] {
                let message = try #require(turn["message"]?.string)
                let response = try server.say(message, as: sender)
                #expect(response.status == 200)
                expectEqual(response.json, turn["replies"], "replies to '\(message)'")
            }
            let tracker = try server.call("GET", "/conversations/\(sender)/tracker?include_events=ALL").json
            let recorded = conversation["events"]?.array ?? []
            // Rasa's memory, where this was recorded, forgets what came before a restart; Redis keeps it.
            let events = (tracker?["events"]?.array ?? []).map(masked).suffix(recorded.count)
            #expect(events.count == recorded.count)
            for (event, expected) in zip(events, recorded) { expectEqual(event, expected, sender) }
            expectEqual(tracker?["slots"], conversation["slots"], "slots of \(sender)")
        }
    }

    @Test("every recorded parse, scores within 1e-4")
    func parses() throws {
        let server = try ParleyServer()
        for recorded in try Recording().parses {
            let body: JSON = ["text": recorded["text"] ?? nil]
            expectEqual(try server.call("POST", "/model/parse", body.text()).json, recorded, "parse")
        }
    }

    /// An event without what differs from run to run.
    private func masked(_ event: JSON) -> JSON {
        guard var members = event.object else { return event }
        members["timestamp"] = nil
        members["message_id"] = nil
        if var parse = members["parse_data"]?.object {
            parse["message_id"] = nil
            members["parse_data"] = .object(parse)
        }
        return .object(members)
    }

    /// Compares two values; numbers may differ by 1e-4, and texts by the variation that was chosen at random.
    private func expectEqual(_ value: JSON?, _ expected: JSON?, _ place: String) {
        if let difference = difference(value ?? nil, expected ?? nil, "") {
            Issue.record("\(place): \(difference)")
        }
    }

    private func difference(_ value: JSON, _ expected: JSON, _ path: String) -> String? {
        switch (value, expected) {
        case (.object(let mine), .object(let theirs)):
            let names = Set(mine.keys).union(theirs.keys)
            for name in names {
                guard let one = mine[name], let other = theirs[name] else {
                    return "\(path)/\(name) is only on one side"
                }
                if let found = difference(one, other, "\(path)/\(name)") { return found }
            }
            return nil
        case (.array(let mine), .array(let theirs)):
            guard mine.count == theirs.count else { return "\(path): \(mine.count) elements, not \(theirs.count)" }
            for (index, pair) in zip(mine, theirs).enumerated() {
                if let found = difference(pair.0, pair.1, "\(path)/\(index)") { return found }
            }
            return nil
        case (.string(let mine), .string(let theirs)):
            let variations = [" tea, coming up.", " tea for you."]
            let isUsed = { (text: String) in variations.contains { text.hasSuffix($0) } }
            return mine == theirs || isUsed(mine) && isUsed(theirs) ? nil : "\(path): '\(mine)', not '\(theirs)'"
        default:
            if let mine = value.double, let theirs = expected.double {
                return abs(mine - theirs) <= 1e-4 ? nil : "\(path): \(mine), not \(theirs)"
            }
            return value == expected ? nil : "\(path): \(value.text()), not \(expected.text())"
        }
    }
}
