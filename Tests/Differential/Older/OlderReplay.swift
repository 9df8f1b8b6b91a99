import EndToEndSupport
import JSON
import TestSupport

/// Plays what an older Rasa was asked, and notes what is answered otherwise. What that version does otherwise than
/// 3.6.21, whatever the archive, is in ``VersionDifferences``.
struct OlderReplay {
    private let recording: Recording
    private let known: VersionDifferences
    private let server: ParleyServer
    private let comparison = Comparison(variations: [:])
    private(set) var differences: [String] = []
    private(set) var count = 0

    init(_ recording: Recording, of version: String, on server: ParleyServer) {
        (self.recording, self.server) = (recording, server)
        known = VersionDifferences(version)
    }

    mutating func parse(_ text: String) throws {
        let response = try server.call("POST", "/model/parse", JSON.object(["text": .string(text)]).text())
        count += 1
        let status = recording.refusals[text] ?? 200
        guard known.isRight(response.status, recorded: status) else {
            note("<\(text)>", "status \(response.status), recorded \(status)")
            return
        }
        guard status == 200, let parse = response.json, let recorded = recording.parses[text] else { return }
        note("<\(text)>", comparison.difference(known.parse(stripped(parse)), known.parse(recorded)))
    }

    mutating func play(_ conversation: Recording.Conversation) throws {
        var before: [JSON] = []
        for (number, turn) in conversation.turns.enumerated() {
            let place = "\(conversation.name), turn \(number + 1) \(turn["say"]?.text() ?? "")"
            if let text = turn["say"]?.string {
                let response = try server.say(text, as: conversation.name)
                var theirs = (turn["events"]?.array ?? []).map { known.event(recording.whole($0)) }
                let all = try server.events(of: conversation.name).map { known.event(recording.stripped($0)) }
                // Memory may forget what came before a session, as Rasa's does.
                let isWhole = Array(all.prefix(before.count)) == before
                if !isWhole { theirs = theirs.suffix(all.count) }
                let mine = isWhole ? Array(all.dropFirst(before.count)) : all.suffix(theirs.count)
                before = all
                // What follows is another conversation.
                if known.areOthers(mine, theirs) { return }
                count += 1
                let found =
                    comparison.difference(events: known.ordered(mine), known.ordered(theirs))
                    ?? comparison.difference(.array(replies(response)), turn["replies"] ?? [])
                if note(place, found) { return }
            } else if let prediction = turn["predict"] {
                count += 1
                let response = try server.call("POST", "/conversations/\(conversation.name)/predict", "{}")
                note(place, predicted(response, prediction))
            } else if let tracker = turn["tracker"] {
                count += 1
                let response = try server.call("GET", "/conversations/\(conversation.name)/tracker")
                // The message that started a loop has an id that no other has.
                let mine: JSON = [
                    "slots": response.json?["slots"] ?? .null, "loop": response.json?["active_loop"]?["name"] ?? .null,
                ]
                let theirs: JSON = [
                    "slots": tracker["slots"] ?? .null, "loop": tracker["active_loop"]?["name"] ?? .null,
                ]
                note(place, comparison.difference(mine, theirs))
            }
        }
    }

    private func predicted(_ response: HTTPResponse, _ recorded: JSON) -> String? {
        let status = recorded["status"]?.int ?? 200
        guard response.status == status else { return "status \(response.status), recorded \(status)" }
        guard status == 200, let body = response.json else { return nil }
        let scores = (body["scores"]?.array ?? []).map { JSON.array([$0["action"] ?? .null, $0["score"] ?? .null]) }
        let mine: JSON = [
            "scores": .array(sorted(scores)), "policy": body["policy"] ?? .null,
            "confidence": body["confidence"] ?? .null,
        ]
        var theirs = recorded.object ?? [:]
        theirs["scores"] = .array(sorted(recorded["scores"]?.array ?? []))
        return comparison.difference(mine, .object(theirs))
    }

    private func sorted(_ scores: [JSON]) -> [JSON] {
        scores.sorted { ($0.array?.first?.string ?? "") < ($1.array?.first?.string ?? "") }
    }

    private func replies(_ response: HTTPResponse) -> [JSON] {
        (response.json?.array ?? []).map { .object(($0.object ?? [:]).filter { $0.key != "recipient_id" }) }
    }

    private func stripped(_ parse: JSON) -> JSON { .object((parse.object ?? [:]).filter { $0.key != "message_id" }) }

    @discardableResult
    private mutating func note(_ place: String, _ difference: String?) -> Bool {
        if let difference { differences.append("\(place) \(difference)") }
        return difference != nil
    }
}
