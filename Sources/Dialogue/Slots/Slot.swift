public import JSON

/// A named value that the conversation remembers.
public struct Slot: Sendable, Hashable {
    /// The slot's name.
    public let name: String
    /// The type, with what it needs.
    public let kind: SlotKind
    /// The value before the first, and after a reset.
    public let initialValue: JSON
    /// Whether policies see the slot.
    public let influencesConversation: Bool
    /// How messages fill the slot, in order.
    public let mappings: [SlotMapping]
    /// The value; `null` for none.
    public private(set) var value: JSON
    /// Whether an event has set the slot since it was reset.
    public private(set) var hasBeenSet = false

    /// A slot with its initial value.
    public init(
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
    public mutating func set(_ newValue: JSON) {
        value = kind.stored(newValue)
        hasBeenSet = true
    }

    /// Goes back to the initial value.
    public mutating func reset() {
        value = kind.stored(initialValue)
        hasBeenSet = false
    }

    /// What policies see of the value, always the same count of numbers for a slot; empty where it has no influence.
    public var features: [Double] {
        influencesConversation ? kind.features(of: value) : []
    }
}
