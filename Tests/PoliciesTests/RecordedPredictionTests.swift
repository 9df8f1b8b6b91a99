import Dialogue
import JSON
import ModelArchive
import TestSupport
import Testing

@testable import Policies

/// An archive of real Rasa with what was predicted at every step of some conversations: for `theatre` by Rasa itself,
/// for `booth` (texts only, with entities, and a regular expression that the assistant's texts saw in training only) by
/// another implementation in Python.
private struct Recording {
    let name: String
    let domain: Domain
    let ensemble: PolicyEnsemble
    let conversations: [JSON]

    init(_ name: String) throws {
        self.name = name
        let directory = try TemporaryDirectory()
        let archive = Fixtures.path("\(name).tar.gz", of: name == "theatre" ? "Differential" : "PoliciesTests")
        try ModelPreparer().prepare(archive: archive, into: "\(directory.path)/model")
        let model = try PreparedModel.open("\(directory.path)/model")
        domain = try Domain(json: model.metadata.domain)
        ensemble = try PolicyEnsemble(model: model, domain: domain)
        conversations = try Fixtures.json("\(name).json").array ?? []
    }
}

@Suite("Policies predict what was predicted in recorded conversations")
struct RecordedPredictionTests {
    @Test("action, policy, confidence, events of every step", arguments: ["theatre", "booth"])
    func steps(of name: String) throws {
        let recording = try Recording(name)
        #expect(!recording.conversations.isEmpty)
        for (number, conversation) in recording.conversations.enumerated() {
            let events = try (conversation["events"]?.array ?? []).map { try Event(json: $0) }
            var tracker = Tracker(conversation: name, slots: recording.domain.slots)
            let memory = recording.ensemble.newMemory()
            var known = 0
            for step in conversation["steps"]?.array ?? [] {
                let count = step["after"]?.int ?? 0
                for event in events[known..<count] { tracker.update(event) }
                known = count
                let prediction = try recording.ensemble.predict(tracker, memory: memory)
                let place = "\(name) \(number), after \(count)"
                let action = prediction.actionIndex.map { recording.domain.actionNames[$0] }
                #expect(action == step["action"]?.string, "\(place)")
                #expect(prediction.policyName == step["policy"]?.string, "\(place)")
                #expect(abs(prediction.confidence - (step["confidence"]?.double ?? .nan)) < 1e-4, "\(place)")
                #expect(prediction.hidesRuleTurn == step["hide_rule_turn"]?.bool, "\(place)")
                #expect(agree(.array(prediction.events.map(plain)), step["events"] ?? .null), "\(place)")
            }
        }
    }

    /// Whether two values are equal, numbers nearly.
    private func agree(_ one: JSON, _ other: JSON) -> Bool {
        switch (one, other) {
        case (.object(let a), .object(let b)):
            a.count == b.count && a.allSatisfy { key, value in b[key].map { agree(value, $0) } ?? false }
        case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy(agree)
        case (.double(let a), .double(let b)): abs(a - b) < 1e-4
        default: one == other
        }
    }

    private func plain(_ body: Event.Body) -> JSON {
        var members = Event(body).json.object ?? [:]
        members["timestamp"] = nil
        members["metadata"] = nil
        return .object(members)
    }
}
