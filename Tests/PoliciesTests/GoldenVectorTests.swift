import Dialogue
import JSON
import ModelArchive
import TestSupport
import Testing

@testable import Policies

/// The archive of the golden vectors, prepared once for a test.
struct VectorModel {
    let model: PreparedModel
    let domain: Domain
    let ensemble: PolicyEnsemble

    init() throws {
        let directory = try TemporaryDirectory()
        try ModelPreparer().prepare(archive: Fixtures.shared("tiny.tar.gz"), into: "\(directory.path)/model")
        model = try PreparedModel.open("\(directory.path)/model")
        domain = try Domain(json: model.metadata.domain)
        ensemble = try PolicyEnsemble(model: model, domain: domain)
    }

    func tracker(_ events: [JSON]) throws -> Tracker {
        Tracker(conversation: "vectors", slots: domain.slots, events: try events.map { try Event(json: $0) })
    }
}

@Suite("Policies agree with the golden vectors")
struct GoldenVectorTests {
    @Test("actions, intents, probabilities of every policy and the chosen action")
    func vectors() throws {
        let vectors = try Fixtures.sharedJSON("core.json")
        let loaded = try VectorModel()
        #expect(loaded.domain.actionNames == vectors["actions"]?.array?.compactMap(\.string))
        #expect(loaded.domain.intentNames == vectors["intents"]?.array?.compactMap(\.string))
        let dialogues = vectors["dialogues"]?.object ?? [:]
        #expect(!dialogues.isEmpty)
        for (name, dialogue) in dialogues {
            let tracker = try loaded.tracker(dialogue["events"]?.array ?? [])
            for prediction in try loaded.ensemble.predictions(tracker) {
                let policy = try #require(prediction.policyName)
                let expected = dialogue[policy]?["probabilities"]?.array?.compactMap(\.double) ?? []
                #expect(prediction.probabilities.count == expected.count, "\(name), \(policy)")
                for (index, pair) in zip(prediction.probabilities, expected).enumerated() {
                    #expect(abs(pair.0 - pair.1) < 1e-4, "\(name), \(policy), \(loaded.domain.actionNames[index])")
                }
            }
            let chosen = try loaded.ensemble.predict(tracker, memory: loaded.ensemble.newMemory())
            #expect(chosen.policyName == dialogue["chosen"]?["policy"]?.string, "\(name)")
            #expect(chosen.actionIndex.map { loaded.domain.actionNames[$0] } == dialogue["chosen"]?["action"]?.string)
        }
    }

    @Test("states of every policy are those of the vectors")
    func states() throws {
        let vectors = try Fixtures.sharedJSON("core.json")
        let loaded = try VectorModel()
        for (name, dialogue) in vectors["dialogues"]?.object ?? [:] {
            let tracker = try loaded.tracker(dialogue["events"]?.array ?? [])
            let history = StateHistory(tracker, loaded.domain, loaded.ensemble.ruleOnly)
            for node in loaded.model.metadata.policies {
                let settings = try PolicySettings(node, loaded.model, defaultPriority: 1)
                var states: [DialogueState]
                switch node.component {
                case "RulePolicy": states = history.all(last: .max).choosingInput(byText: false)
                case "UnexpecTEDIntentPolicy":
                    states = history.learned(last: nil).choosingInput(byText: false)
                    if states.last?.followsListen == true { states.removeLast() }
                    states = settings.maxHistory.map { Array(states.suffix($0)) } ?? states
                default: states = settings.states(history)
                }
                let expected = (dialogue[node.component]?["states"] ?? nil).text(.pythonSorted)
                #expect(JSON.array(states.map(\.json)).text(.pythonSorted) == expected, "\(name), \(node.component)")
            }
        }
    }

    @Test("an action that an event ordered comes before every policy")
    func followup() throws {
        let loaded = try VectorModel()
        let prediction = try loaded.ensemble.predict(
            try loaded.tracker([]), memory: loaded.ensemble.newMemory())
        #expect(prediction.policyName == "followup_action")
        #expect(prediction.actionIndex == 0)
        #expect(prediction.confidence == 1)
    }
}
