import Dialogue
import ExactText
import JSON
import Policies
import Synchronization

/// The state of a conversation of the training data at one moment. Glued stories share the states of their common
/// beginnings and are compared by them again and again, so a state is one reference that knows its own hash.
final class StoryState: Sendable, Hashable {
    let state: DialogueState
    /// Slots of rules that must not be set, which is a condition of its own.
    let unset: [ExactString]
    private let key: Key
    private let keyHash: Int
    private let made = Mutex<JSON?>(nil)

    /// What makes two states equal to Rasa: all of their parts, by code points.
    private struct Key: Hashable {
        let text: ExactString?
        let intent: ExactString?
        let entities: [ExactString]?
        let isActionText: Bool
        let action: ExactString?
        let loop: ExactString?
        let hasUser: Bool
    }

    init(_ state: DialogueState, unset: [ExactString] = []) {
        self.state = state
        self.unset = unset
        var isActionText = false
        if case .text? = state.previousAction { isActionText = true }
        key = Key(
            text: state.user?.text?.exact, intent: state.user?.intent?.exact,
            entities: state.user?.entities?.map(\.exact), isActionText: isActionText,
            action: state.previousAction?.nameOrText.exact, loop: state.activeLoop?.exact, hasUser: state.user != nil)
        var hasher = Hasher()
        hasher.combine(key)
        hasher.combine(state.slots)
        hasher.combine(unset)
        keyHash = hasher.finalize()
    }

    static func == (one: StoryState, other: StoryState) -> Bool {
        one === other
            || one.keyHash == other.keyHash && one.key == other.key && one.state.slots == other.state.slots
                && one.unset == other.unset
    }

    func hash(into hasher: inout Hasher) { hasher.combine(keyHash) }

    /// The state as rules and memorized turns have it; made once.
    var json: JSON {
        made.withLock { made in
            if let made { return made }
            let json = makeJSON()
            made = json
            return json
        }
    }

    private func makeJSON() -> JSON {
        guard !unset.isEmpty, case .object(var members) = state.json else { return state.json }
        var slots = members["slots"]?.object ?? [:]
        for name in unset { slots[name.string] = .string(RuleTable.mustBeUnset) }
        members["slots"] = .object(slots)
        return .object(members)
    }
}
