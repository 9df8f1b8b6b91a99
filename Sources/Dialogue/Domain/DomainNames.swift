import ExactText

/// What is looked up in a domain by its name, in one reference: domains are handed around by value.
final class DomainNames: Sendable {
    /// The place of each action among all; of equal ones the first.
    let actionIndices: [ExactString: Int]
    /// The listed actions and all responses.
    let userActions: Set<ExactString>
    /// The texts that policies may predict end to end.
    let actionTexts: Set<ExactString>
    let entities: Set<ExactString>
    let slotDefinitions: SlotDefinitions

    init(actions: [String], userActions: [String], actionTexts: [String], entities: [String], slots: [Slot]) {
        actionIndices = Dictionary(
            zip(actions.lazy.map(\.exact), actions.indices), uniquingKeysWith: { first, _ in first })
        self.userActions = Set(userActions)
        self.actionTexts = Set(actionTexts)
        self.entities = Set(entities)
        slotDefinitions = SlotDefinitions(slots)
    }
}
