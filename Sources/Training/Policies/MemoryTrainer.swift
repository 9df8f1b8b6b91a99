import CZlib
import Dialogue
import Encodings
import ExactText
import JSON
import OrderedCollections
import PythonSemantics
import TextFeatures

/// Learns turns by heart (Rasa's `MemoizationPolicy` and `AugmentedMemoizationPolicy`).
enum MemoryTrainer {
    /// The files of the policy's directory.
    static func files(_ config: JSONObject, _ trackers: [TrainingTracker]) throws(TrainingError) -> [ArchiveFile] {
        let options = ComponentOptions(node: "", values: config)
        let maxHistory = try Self.maxHistory(options["max_history"] ?? .null)
        let isCompressed = options.flag("enable_feature_string_compression", default: true)
        var memory = Memory()
        for example in TurnExample.all(in: trackers.filter { !$0.isRule }, maxHistory: maxHistory) {
            guard !example.states.isEmpty else { continue }
            memory.learn(key(example.states), example.action)
        }
        var lookup: JSONObject = [:]
        for (key, action) in memory.actions {
            lookup[isCompressed ? try compressed(key.string) : key.string] = .string(action)
        }
        return [
            featurizer(maxHistory: options["max_history"] ?? .null),
            ArchiveFile("memorized_turns.json", ["lookup": .object(lookup)]),
        ]
    }

    /// How many states count; nil for all.
    private static func maxHistory(_ written: JSON) throws(TrainingError) -> Int? {
        guard written.isPythonTrue else { return nil }
        guard let count = written.pythonInteger, count > 0 else {
            throw TrainingError(
                .badConfiguration,
                "'max_history' is \(written.text()), but must be a whole number above 0, or null for all of the history"
            )
        }
        return count
    }

    /// What says how states are made, beside a policy's own file.
    static func featurizer(maxHistory: JSON) -> ArchiveFile {
        ArchiveFile(
            "featurizer.json",
            [
                "type": "MaxHistoryTrackerFeaturizer", "state_featurizer": .null, "remove_duplicates": true,
                "max_history": maxHistory,
            ])
    }

    /// The states as JSON with sorted keys and without double quotes.
    private static func key(_ states: [JSON]) -> [UInt8] {
        JSON.array(states).encoded(.pythonSorted).filter { $0 != UInt8(ascii: "\"") }
    }

    private static func compressed(_ key: String) throws(TrainingError) -> String {
        let bytes = Array(key.utf8)
        var length = compressBound(uLong(bytes.count))
        var packed = [UInt8](repeating: 0, count: Int(length))
        guard compress(&packed, &length, bytes, uLong(bytes.count)) == Z_OK else {
            throw TrainingError(.inputOutput, "no memory to compress a turn")
        }
        return Base64.encode(Array(packed.prefix(Int(length))))
    }
}

/// Actions by what came before them; what is followed by different actions is not learned.
struct Memory {
    private(set) var actions: OrderedDictionary<ExactString, String> = [:]
    private var ambiguous: Set<ExactString> = []

    mutating func learn(_ key: [UInt8], _ action: String) { learn(String(decoding: key, as: UTF8.self), action) }

    mutating func learn(_ key: String, _ action: String) {
        guard !ambiguous.contains(key) else { return }
        guard let known = actions[key] else {
            actions[key] = action
            return
        }
        guard known.exact != action.exact else { return }
        ambiguous.insert(key)
        actions[key] = nil
    }
}
