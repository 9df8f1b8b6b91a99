package import JSON

package struct Slot: Sendable, Hashable {
    package let name: String
    package let kind: SlotKind
    /// The value before the first, and after a reset.
    package let initialValue: JSON
    package let influencesConversation: Bool
    /// How messages fill the slot, in order.
    package let mappings: [SlotMapping]
    /// The value; `null` for none.
    package private(set) var value: JSON
    /// Whether an event has set the slot since it was reset.
    package private(set) var hasBeenSet = false

    package init(
        name: String, kind: SlotKind, initialValue: JSON = .null, influencesConversation: Bool,
        mappings: [SlotMapping] = []
    ) {
        self.name = name
        self.kind = kind
        self.initialValue = initialValue
        self.influencesConversation = influencesConversation
        self.mappings = mappings
        value = initialValue
    }

    /// Sets the value. It is kept as it is, whatever the type says, but for a list slot, which wraps a single value.
    package mutating func set(_ newValue: JSON) {
        value = kind.stored(newValue)
        hasBeenSet = true
    }

    package mutating func reset() {
        value = kind.stored(initialValue)
        hasBeenSet = false
    }

    /// What policies see of the value, always the same count of numbers for a slot; empty where it has no influence.
    package var features: [Double] { influencesConversation ? kind.features(of: value) : [] }
}
