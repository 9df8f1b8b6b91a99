import ExactText
package import JSON

/// The slots of one conversation by name, in the order of the domain: the domain's definitions, and what events have
/// set.
package struct ConversationSlots: Sendable, Sequence {
    /// The slots as they are before an event sets them.
    package let definitions: SlotDefinitions
    /// The values of the slots that an event has set, by the slots' places.
    private var values: [Int: JSON] = [:]
    /// What policies see of the slots.
    package private(set) var features: SlotFeatures

    package init(_ definitions: SlotDefinitions) {
        self.definitions = definitions
        features = definitions.features
    }

    /// The slot with its value; nil where there is none of that name.
    package subscript(_ name: String) -> Slot? { definitions.place(of: name).map(slot) }

    /// The value of a slot; nil where there is none of that name.
    package func value(of name: String) -> JSON? {
        definitions.place(of: name).map { values[$0] ?? definitions.slots[$0].value }
    }

    private func slot(at place: Int) -> Slot {
        var slot = definitions.slots[place]
        if let value = values[place] { slot.set(value) }
        return slot
    }

    /// Sets a slot; nothing happens where there is none of that name.
    mutating func set(_ name: String, to value: JSON) {
        guard let place = definitions.place(of: name) else { return }
        var slot = definitions.slots[place]
        slot.set(value)
        values[place] = slot.value
        guard slot.influencesConversation else { return }
        features = features.setting(slot.features, ofSlotAt: place, named: slot.name.exact)
    }

    /// Brings all slots back to their first values.
    mutating func reset() { self = ConversationSlots(definitions) }

    package var json: JSON {
        var object: JSONObject = [:]
        for (place, slot) in definitions.slots.enumerated() { object[slot.name] = values[place] ?? slot.value }
        return .object(object)
    }

    /// The values as one object in JSON text. What no event has set is copied as it was encoded with the domain.
    func write(to output: inout [UInt8]) {
        let changes = values.sorted { $0.key < $1.key }.map { (place: $0.key, value: $0.value) }
        definitions.write(changes, to: &output)
    }

    package func makeIterator() -> AnyIterator<(name: String, slot: Slot)> {
        var place = 0
        return AnyIterator {
            guard place < definitions.slots.count else { return nil }
            defer { place += 1 }
            return (definitions.slots[place].name, slot(at: place))
        }
    }
}
