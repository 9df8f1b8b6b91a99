import Dialogue
import Foundation
import JSON
import ModelArchive
import Testing

@testable import Policies

/// An archive of real Rasa with what it predicted at every step of some conversations.
private struct Recording {
    let name: String
    let domain: Domain
    let ensemble: PolicyEnsemble
    let conversations: [JSON]

    init(_ name: String) throws {
        self.name = name
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("policies-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let archive = fixtures.appendingPathComponent("../../Walks/Fixtures/\(name).tar.gz").path
        try ModelPreparer().prepare(archive: archive, into: folder.path)
        let model = try PreparedModel.open(folder.path)
        domain = try Domain(json: model.metadata.domain)
        ensemble = try PolicyEnsemble(model: model, domain: domain)
        let file = fixtures.appendingPathComponent("\(name).json")
        conversations = try JSON(parsing: Array(Data(contentsOf: file))).array ?? []
    }
}

@Suite("Policies predict what Rasa predicted in recorded conversations")
struct RecordedPredictionTests {
    @Test("action, policy, confidence, events of every step", arguments: ["theatre"])
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
                #expect(JSON.array(prediction.events.map(plain)) == step["events"], "\(place)")
            }
        }
    }

    private func plain(_ body: Event.Body) -> JSON {
        var members = Event(body).json.object ?? [:]
        members["timestamp"] = nil
        members["metadata"] = nil
        return .object(members)
    }
}
