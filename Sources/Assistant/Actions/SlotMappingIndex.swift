import Dialogue
import ExactText
import JSON
import Logging

/// The slot mappings of a domain by what must be there for them to fill anything: an entity, an intent, a loop. So a
/// message costs the mappings that may fill something from it, and not all that the domain has.
final class SlotMappingIndex: Sendable {
    /// A mapping and the slot that it fills.
    struct Entry: Sendable {
        /// The place of the slot among the domain's.
        let place: Int
        let slot: Slot
        let mapping: SlotMapping
        /// Equal for mappings that say the same.
        let content: Int
    }

    private struct FormSlots: Sendable {
        var required: Set<ExactString> = []
        /// How many mappings of an entity, among those of the form's slots, say the same.
        var entityMappings: [Int: Int] = [:]
    }

    private enum Trigger: Sendable, Hashable {
        case always
        case entity(ExactString)
        case intent(ExactString)
    }

    private enum LoopCondition: Sendable, Hashable {
        case any
        case none
        case active(ExactString)
    }

    private struct Key: Sendable, Hashable {
        let trigger: Trigger
        let loop: LoopCondition
    }

    private let entries: [Entry]
    private let numbers: [Key: [Int]]
    private let forms: [ExactString: FormSlots]

    /// The mappings of a domain. One that names an entity or intent that the domain does not have fills nothing.
    init(domain: Domain, logger: Logger) {
        var entries: [Entry] = []
        var numbers: [Key: [Int]] = [:]
        var contents: [ExactString: Int] = [:]
        for (place, slot) in domain.slots.enumerated() {
            for mapping in slot.mappings {
                let text = mapping.json.text(.pythonSorted)
                let content = contents[text] ?? contents.count
                contents[text] = content
                guard !DefaultSlot.names.contains(slot.name) else { continue }
                if let missing = SlotMappingIndex.missing(in: domain, for: mapping) {
                    logger.debug(
                        "A slot mapping refers to something that the domain does not have; it fills nothing",
                        metadata: ["slot": "\(slot.name)", "missing": "\(missing)"])
                    continue
                }
                for key in SlotMappingIndex.keys(of: mapping) { numbers[key, default: []].append(entries.count) }
                entries.append(Entry(place: place, slot: slot, mapping: mapping, content: content))
            }
        }
        self.entries = entries
        self.numbers = numbers
        forms = SlotMappingIndex.forms(domain, contents)
    }

    /// The mappings that may fill a slot from a message, in the order of the domain.
    func candidates(for message: UserUttered, in loop: String?) -> [Entry] {
        var triggers: Set<Trigger> = [.always]
        if let intent = message.intentName { triggers.insert(.intent(intent.exact)) }
        for entity in message.entities {
            if let name = entity["entity"]?.string { triggers.insert(.entity(name.exact)) }
        }
        var found: Set<Int> = []
        for trigger in triggers {
            for condition in [.any, loop.map { LoopCondition.active($0.exact) } ?? .none] {
                found.formUnion(numbers[Key(trigger: trigger, loop: condition)] ?? [])
            }
        }
        return found.sorted().map { entries[$0] }
    }

    /// Whether the slot is one of a form's, and another mapping of its slots says the same as this one.
    func isAmbiguous(_ entry: Entry, in form: String) -> Bool {
        guard let slots = forms[form], slots.required.contains(entry.slot.name) else { return false }
        return slots.entityMappings[entry.content] != 1
    }

    private static func missing(in domain: Domain, for mapping: SlotMapping) -> String? {
        switch mapping.kind {
        case .fromEntity: mapping.entity.flatMap { domain.isKnownEntity($0) ? nil : $0 }
        case .fromIntent: mapping.intents.first { !$0.isEmpty && !domain.isKnownIntent($0) }
        default: nil
        }
    }

    private static func keys(of mapping: SlotMapping) -> Set<Key> {
        let triggers: [Trigger] =
            if mapping.kind == .fromEntity, let entity = mapping.entity {
                [.entity(entity.exact)]
            } else if !mapping.intents.isEmpty {
                mapping.intents.map { .intent($0.exact) }
            } else {
                [.always]
            }
        var loops = mapping.conditions.map { $0.activeLoop.map { LoopCondition.active($0.exact) } ?? .none }
        if loops.isEmpty { loops = [.any] }
        return Set(triggers.flatMap { trigger in loops.map { Key(trigger: trigger, loop: $0) } })
    }

    private static func forms(_ domain: Domain, _ contents: [ExactString: Int]) -> [ExactString: FormSlots] {
        let slots = Dictionary(domain.slots.map { ($0.name.exact, $0) }, uniquingKeysWith: { _, last in last })
        return Dictionary(
            uniqueKeysWithValues: domain.forms.map { name, form in
                var result = FormSlots(required: Set(form.requiredSlots))
                for slot in result.required {
                    for mapping in slots[slot]?.mappings ?? [] where mapping.kind == .fromEntity {
                        guard let content = contents[mapping.json.text(.pythonSorted)] else { continue }
                        result.entityMappings[content, default: 0] += 1
                    }
                }
                return (name, result)
            })
    }
}
