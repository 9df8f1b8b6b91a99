import Dialogue
import ExactText
import JSON
import PythonSemantics

/// One thing that a state says: what an attribute, such as the intent or a slot, is. Equal numbers are equal things.
struct RuleFact: Sendable, Hashable {
    let attribute: Int32
    /// The number of the value among those that rules name for the attribute; nil for another value.
    let value: Int32?
}

/// What one state says of all that rules ask about, by rising attribute. Values that Python takes for false, and the
/// mark that something must not be set, say nothing.
struct RuleFacts: Sendable {
    /// Whether there was an action before.
    let hasAction: Bool
    let facts: [RuleFact]
}

/// Numbers for the attributes that rules ask about and for the values that they name, so that a rule and a state are
/// compared by numbers.
struct RuleVocabulary: Sendable {
    private struct Attribute: Sendable {
        let number: Int32
        var values: [JSON: Int32] = [:]
    }

    /// By the part of the state (`user`, `slots`, …) and the name in it.
    private var attributes: [ExactString: [ExactString: Attribute]] = [:]
    private var count: Int32 = 0

    /// The number of an attribute, which gets one if it has none.
    mutating func attribute(_ part: String, _ name: String) -> Int32 {
        if let known = attributes[part]?[name] { return known.number }
        attributes[part, default: [:]][name] = Attribute(number: count)
        count += 1
        return count - 1
    }

    /// The fact that an attribute has a value; both get numbers if they have none.
    mutating func fact(_ part: String, _ name: String, _ value: JSON) -> RuleFact {
        let attribute = attribute(part, name)
        let next = Int32(attributes[part]?[name]?.values.count ?? 0)
        let number = attributes[part]?[name]?.values[value] ?? next
        attributes[part]?[name]?.values[value] = number
        return RuleFact(attribute: attribute, value: number)
    }

    func facts(of state: DialogueState) -> RuleFacts {
        var facts: [RuleFact] = []
        if let user = state.user, let attributes = attributes["user"] {
            if let text = user.text { add("text", .string(text), attributes, to: &facts) }
            if let intent = user.intent { add("intent", .string(intent), attributes, to: &facts) }
            if let entities = user.entities {
                add("entities", .array(entities.map(JSON.string)), attributes, to: &facts)
            }
        }
        if let attributes = attributes["slots"] {
            for slot in state.slots.entries {
                add(slot.name.string, .array(slot.values.map(JSON.double)), attributes, to: &facts)
            }
        }
        if let attributes = attributes["prev_action"] {
            switch state.previousAction {
            case .name(let name): add("action_name", .string(name), attributes, to: &facts)
            case .text(let text): add("action_text", .string(text), attributes, to: &facts)
            case nil: break
            }
        }
        if let loop = state.activeLoop, let attributes = attributes["active_loop"] {
            add("name", .string(loop), attributes, to: &facts)
        }
        return RuleFacts(hasAction: state.previousAction != nil, facts: facts.sorted { $0.attribute < $1.attribute })
    }

    /// What a state says that is written as Rasa writes it.
    func facts(of state: JSON) -> RuleFacts {
        var facts: [RuleFact] = []
        for (part, members) in state.object ?? [:] {
            guard let attributes = attributes[part] else { continue }
            for (name, value) in members.object ?? [:] { add(name, value, attributes, to: &facts) }
        }
        return RuleFacts(
            hasAction: state["prev_action"]?.object?.isEmpty == false,
            facts: facts.sorted { $0.attribute < $1.attribute })
    }

    private func add(_ name: String, _ value: JSON, _ attributes: [ExactString: Attribute], to facts: inout [RuleFact])
    {
        guard let attribute = attributes[name], value.isPythonTrue, value != .string(RuleTable.mustBeUnset) else {
            return
        }
        facts.append(RuleFact(attribute: attribute.number, value: attribute.values[value]))
    }
}
