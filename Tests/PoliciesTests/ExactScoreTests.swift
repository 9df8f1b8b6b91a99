import Dialogue
import JSON
import ModelArchive
import Tensors
import TestSupport
import Testing

@testable import Policies

/// An assistant of real Rasa (`make_ties.py`), and what its UnexpecTEDIntentPolicy said of dialogues that it was
/// trained on, at many of which score and threshold are a few floats apart, and of others.
@Suite("UnexpecTED's scores are those of Rasa to the last bit where a bit decides")
struct ExactScoreTests {
    private let domain: Domain
    private let policy: UnexpecTEDIntentPolicy
    private let ensemble: PolicyEnsemble
    private let dialogues: [JSON]

    init() throws {
        let directory = try TemporaryDirectory()
        try ModelPreparer().prepare(archive: Fixtures.path("ties.tar.gz"), into: "\(directory.path)/model")
        let model = try PreparedModel.open("\(directory.path)/model")
        domain = try Domain(json: model.metadata.domain)
        let node = try #require(model.metadata.policies.first { $0.component == "UnexpecTEDIntentPolicy" })
        policy = try UnexpecTEDIntentPolicy(node, model, domain: domain, featurizer: nil, using: Workspace())
        ensemble = try PolicyEnsemble(model: model, domain: domain)
        dialogues = try Fixtures.json("ties.json").array ?? []
    }

    private func tracker(_ dialogue: JSON) -> Tracker {
        var tracker = Tracker(conversation: "ties", slots: domain.slots)
        for step in dialogue["steps"]?.array ?? [] {
            let name = step.array?[1].string ?? ""
            switch step.array?[0].string {
            case "user":
                tracker.update(
                    Event(.user(UserUttered(text: "/\(name)", parseData: ["intent": ["name": .string(name)]]))))
            case "slot": tracker.update(Event(.slot(SlotSet(name, step.array?[2] ?? .null))))
            default: tracker.update(Event(.action(ActionExecuted(name: name))))
            }
        }
        return tracker
    }

    @Test("every score of every intent", arguments: KernelLevel.allCases.filter(\.isAvailable))
    func scores(_ level: KernelLevel) throws {
        #expect(dialogues.count > 100)
        for (number, dialogue) in dialogues.enumerated() {
            let history = StateHistory(tracker(dialogue), domain, ensemble.ruleOnly)
            let found = try policy.exactScores(after: history, using: Workspace(level: level))
            let recorded = dialogue["scores"]?.array?.compactMap(\.int).map { Float(bitPattern: UInt32($0)) }
            #expect(found == recorded, "dialogue \(number)")
        }
    }

    @Test("and so it finds the same intents unlikely")
    func verdicts() throws {
        for (number, dialogue) in dialogues.enumerated() {
            let predictions = try ensemble.predictions(tracker(dialogue))
            let said = try #require(predictions.first { $0.policyName == "UnexpecTEDIntentPolicy" })
            #expect((said.confidence == 1) == dialogue["isUnlikely"]?.bool, "dialogue \(number)")
        }
    }
}
