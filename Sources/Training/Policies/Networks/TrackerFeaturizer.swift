import ExactText
import JSON
import PythonSemantics

/// How conversations become examples (Rasa's tracker featurizers).
struct TrackerFeaturizer: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable, CaseIterable {
        /// One example for each action, with the states before it.
        case maxHistory = "MaxHistoryTrackerFeaturizer"
        /// One for each conversation, with all of its actions.
        case fullDialogue = "FullDialogueTrackerFeaturizer"
        /// One for the states before each message, with all intents that follow there.
        case intentMaxHistory = "IntentMaxHistoryTrackerFeaturizer"
    }

    var kind: Kind
    /// How many states count; nil for all.
    var maxHistory: Int?
    var removesDuplicates = true

    /// Reads `max_history` and `featurizer` of a policy.
    init(_ options: OptionReader, _ policy: DialoguePolicy) throws(TrainingError) {
        kind = policy.trackerFeaturizer
        maxHistory = try options.history(options["max_history"])
        let written = options["featurizer"]
        guard written.isPythonTrue else { return }
        let wanted = Self.wanted(policy)
        guard let entries = written.array, entries.count == 1, var entry = entries[0].object else {
            throw options.wrong("featurizer", wanted)
        }
        guard let kind = Self.className(entry.removeValue(forKey: "name"), Self.module).flatMap(Kind.init),
            policy == .ted ? kind != .intentMaxHistory : kind == .intentMaxHistory
        else { throw options.wrong("featurizer", wanted) }
        self.kind = kind
        try Self.checkStates(entry.removeValue(forKey: "state_featurizer") ?? .null, options, policy, wanted)
        for (name, value) in entry {
            switch name {
            case "max_history" where kind != .fullDialogue:
                maxHistory = try options.history(value, "featurizer")
            case "remove_duplicates" where kind != .fullDialogue: removesDuplicates = value.isPythonTrue
            default:
                throw options.wrong(
                    "featurizer", found: .object(entry), "without '\(name)', which a \(kind.rawValue) does not have")
            }
        }
    }

    private static let module = "rasa.core.featurizers.tracker_featurizers"
    private static let stateModule = "rasa.core.featurizers.single_state_featurizer"

    /// A class by its name or by its module and name.
    private static func className(_ name: JSON?, _ module: String) -> String? {
        guard let name = name?.string else { return nil }
        return name.exact.removingPrefix("\(module).").map(String.init) ?? name
    }

    private static func wanted(_ policy: DialoguePolicy) -> String {
        let kinds =
            policy == .ted
            ? "MaxHistoryTrackerFeaturizer or FullDialogueTrackerFeaturizer" : policy.trackerFeaturizer.rawValue
        return "a list of one featurizer, \(kinds), with state_featurizer: [{name: \(policy.stateFeaturizer)}]; "
            + "or leave it out"
    }

    private static func checkStates(
        _ written: JSON, _ options: OptionReader, _ policy: DialoguePolicy, _ wanted: String
    ) throws(TrainingError) {
        guard let entries = written.array, entries.count == 1, let entry = entries[0].object, entry.count == 1,
            className(entry["name"], stateModule)?.exact == policy.stateFeaturizer.exact
        else { throw options.wrong("featurizer", wanted) }
    }
}
