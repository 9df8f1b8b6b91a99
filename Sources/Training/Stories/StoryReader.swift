package import Dialogue
import ExactText
import JSON
import NLU
import OrderedCollections
package import YAML

/// Reads the sections `stories` and `rules` of training data.
package struct StoryReader {
    package private(set) var steps: [StoryStep] = []
    package private(set) var warnings: [TrainingWarning] = []
    /// Knows slots and intents; without it names are not checked.
    private let domain: Domain?
    private let takesUnknownSlots: Bool
    private var made = 0

    /// - Parameters:
    ///   - domain: Knows slots and intents.
    ///   - takesUnknownSlots: Whether stories may set slots that the domain does not have, as those may that are only
    ///     played.
    package init(_ domain: Domain?, takesUnknownSlots: Bool = false) {
        self.domain = domain
        self.takesUnknownSlots = takesUnknownSlots
    }

    /// Takes a document's sections.
    ///
    /// - Throws: ``TrainingError`` with file and line.
    package mutating func take(_ document: YAMLNode) throws(TrainingError) {
        for (section, title) in [("stories", "story"), ("rules", "rule")] {
            try DataShapes.check(section, of: document, .badStories)
            guard let node = document[section] else { continue }
            guard let items = node.sequence else {
                throw TrainingError(.badStories, at: node.place, "'\(section)' must be a list")
            }
            for item in items { try take(item, title: title) }
        }
    }

    private mutating func take(_ item: YAMLNode, title: String) throws(TrainingError) {
        guard item.mapping != nil else {
            throw TrainingError(
                .badStories, at: item.place, "a \(title) must be a group of keys with '\(title)' and 'steps'")
        }
        guard item.has(title) else { return warn(item, "ignored: it has no '\(title)' with a name") }
        guard let steps = item["steps"]?.sequence, !steps.isEmpty else {
            return warn(item, "ignored: the \(title) '\(item[title]?.text ?? "")' has no steps")
        }
        let isRule = title == "rule"
        var builder = StoryStepBuilder(
            name: item[title]?.text ?? "", place: item.place, isRule: isRule, made: made)
        if isRule {
            for condition in item["condition"]?.sequence ?? [] {
                try take(step: condition, title, &builder)
                try checkParts(of: builder, at: condition, title)
            }
            if item["conversation_start"]?.value != .bool(true) { builder.add(StoryReader.gap) }
        }
        for step in steps {
            try take(step: step, title, &builder)
            try checkParts(of: builder, at: step, title)
        }
        if isRule, item["wait_for_user_input"]?.value == .bool(false) { builder.add(StoryReader.gap) }
        made = builder.made
        self.steps += builder.steps
    }

    /// Into how many parts one story may be cut: checkpoints right after one another double them.
    private static let maxParts = 10_000

    private func checkParts(
        of builder: StoryStepBuilder, at step: YAMLNode, _ title: String
    ) throws(TrainingError) {
        guard builder.made - made > Self.maxParts else { return }
        throw TrainingError(
            .badStories, at: step.place,
            "alternatives ('or') and checkpoints cut the \(title) '\(builder.name)' into more than \(Self.maxParts) parts; "
                + "use fewer of them")
    }

    /// Stands for anything that may have happened before or may happen after a rule.
    private static let gap = Event.Body.action(ActionExecuted(name: RuleGap.name))

    private mutating func take(
        step: YAMLNode, _ title: String, _ builder: inout StoryStepBuilder
    ) throws(TrainingError) {
        guard step.mapping != nil else {
            throw TrainingError(
                .badStories, at: step.place, "a step must be a group of keys, such as 'intent' or 'action'")
        }
        if step.has("intent") || step.has("user") {
            builder.add(.user(try message(step)))
        } else if let choice = step["or"] {
            let events = try alternatives(choice)
            if !events.isEmpty { builder.add(oneOf: events) }
        } else if step.has("action") {
            guard let name = step["action"]?.text, !name.isEmpty else {
                return warn(step, "ignored: the action has no name")
            }
            builder.add(StoryReader.event(named: name))
        } else if step.has("bot") {
            guard title == "story" else {
                throw TrainingError(.badStories, at: step.place, "a rule cannot have 'bot'; name an action or response")
            }
            builder.add(.action(ActionExecuted(name: nil, actionText: step["bot"]?.text ?? "")))
        } else if step.has("checkpoint") {
            let conditions = try slots(step["slot_was_set"])
            if !builder.add(checkpoint: step["checkpoint"]?.text ?? "", JSONObject(conditions) { _, last in last }) {
                warn(step, "only a checkpoint at the start of a story takes conditions; these are ignored")
            }
        } else if step.has("slot_was_set") {
            for (name, value) in try slots(step["slot_was_set"]) { builder.add(.slot(SlotSet(name, value))) }
        } else if let entry = step.mapping?["active_loop"] {
            builder.add(.activeLoop(name: entry.value.isNull ? nil : entry.value.text))
        } else if !step.has("metadata") {
            warn(
                step,
                "ignored: a step must have 'intent', 'user', 'action', 'bot', 'or', 'checkpoint', 'slot_was_set' or "
                    + "'active_loop'")
        }
    }

    /// What `action:` stands for; a few names are events rather than actions.
    private static func event(named name: String) -> Event.Body {
        switch name {
        case "restart": .restart
        case "rewind": .userUtteranceReverted
        case "undo": .actionReverted
        case "reset_slots": .allSlotsReset
        case "pause": .pause
        case "resume": .resume
        case "session_started": .sessionStarted
        default: .action(ActionExecuted(name: name))
        }
    }

    private mutating func alternatives(_ choice: YAMLNode) throws(TrainingError) -> [Event.Body] {
        guard let items = choice.sequence else {
            throw TrainingError(.badStories, at: choice.place, "'or' must be a list of intents or slots")
        }
        var events: [Event.Body] = []
        for item in items {
            if item.has("intent") {
                events.append(.user(try message(item)))
            } else if item.has("slot_was_set") {
                events += try slots(item["slot_was_set"]).map { .slot(SlotSet($0.0, $0.1)) }
            } else {
                warn(item, "ignored: 'or' takes 'intent' and 'slot_was_set' only")
                return []
            }
        }
        return events
    }

    /// Slots with their values, in order.
    private mutating func slots(_ node: YAMLNode?) throws(TrainingError) -> [(String, JSON)] {
        guard let node else { return [] }
        guard let items = node.sequence else {
            throw TrainingError(.badStories, at: node.place, "'slot_was_set' must be a list, such as '- city: Oslo'")
        }
        var slots: [(String, JSON)] = []
        for item in items {
            if let mapping = item.mapping {
                for (key, entry) in mapping {
                    let name = key.string
                    try checkSlot(name, entry.keyPlace)
                    slots.append((name, entry.value.json))
                }
            } else if let name = item.text {
                try checkSlot(name, item.place)
                slots.append((name, defaultValue(of: name, item)))
            } else {
                throw TrainingError(.badStories, at: item.place, "a slot must be a name, or a name with its value")
            }
        }
        return slots
    }

    private func checkSlot(_ name: String, _ place: SourcePlace) throws(TrainingError) {
        guard let domain, !takesUnknownSlots, !domain.slots.contains(where: { $0.name.exact == name.exact }) else {
            return
        }
        throw TrainingError(
            .badStories, at: place, "the slot '\(name)' is set here, but the domain has no such slot")
    }

    /// The value of a slot that is only named.
    private mutating func defaultValue(of name: String, _ node: YAMLNode) -> JSON {
        guard let slot = domain?.slots.first(where: { $0.name.exact == name.exact }) else { return .null }
        switch slot.kind {
        case .text: return "filled"
        case .list: return ["filled"]
        default:
            if !slot.features.isEmpty {
                warn(node, "the slot '\(name)' needs a value here; it is taken as empty")
            }
            return .null
        }
    }

    private mutating func message(_ step: YAMLNode) throws(TrainingError) -> UserUttered {
        var name = step["intent"]?.text?.trimmedOfSpace ?? ""
        if name.isEmpty, step["user"] == nil { warn(step, "the message has neither an intent nor a text") }
        if name.exact.hasPrefix("/") {
            warn(step, "the intent '\(name)' starts with '/', which is not needed")
            name.unicodeScalars.removeFirst()
        }
        let parts = name.exact.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let base = parts.first.map(String.init) ?? ""
        if step.has("intent"), let domain, !domain.isKnownIntent(base) {
            warn(step, "the domain has no intent '\(base)'", isDoubt: true)
        }
        var intent: JSONObject = [
            "name": .string(base), "full_retrieval_intent_name": parts.count > 1 ? .string(name) : .null,
            "confidence": 1.0,
        ]
        if !step.has("intent") { intent = ["name": .null] }
        var text: String?
        var entities: [JSON] = []
        if let written = step["user"]?.text?.trimmedOfSpace {
            do throws(MalformedExample) {
                let read = try Annotations(written)
                text = read.plainText
                entities = TrainingShortForm.entities(of: read.plainText) ?? read.entities.map(\.json)
            } catch {
                throw TrainingError(.badStories, at: step.place, error.message)
            }
        } else {
            entities = self.entities(step["entities"])
        }
        return UserUttered(text: text, parseData: ["intent": .object(intent), "entities": .array(entities)])
    }

    private func entities(_ node: YAMLNode?) -> [JSON] {
        (node?.sequence ?? []).map { item in
            guard let mapping = item.mapping else {
                return ["entity": .text(item.text), "value": ""]
            }
            var entity: JSONObject = [:]
            for (key, entry) in mapping where key != "role" && key != "group" {
                entity["entity"] = .string(key.string)
                entity["value"] = entry.value.json
            }
            for key in ["role", "group"] { entity[key] = mapping[key]?.value.json }
            return .object(entity.filter { !$0.value.isNull })
        }
    }

    private mutating func warn(_ node: YAMLNode, _ message: String, isDoubt: Bool = false) {
        warnings.append(TrainingWarning(at: node.place, message, isDoubt: isDoubt))
    }
}

/// The action that stands for anything around a rule.
package enum RuleGap {
    package static let name = "..."
}
