import ExactText

/// An action that has run, and who chose it.
package struct ActionExecuted: Sendable, Hashable {
    /// The action's name; nil for an end-to-end prediction of a text.
    package let name: String?
    /// The policy that predicted it; nil where none did.
    package let policy: String?
    package let confidence: Double?
    /// The predicted text of an end-to-end prediction.
    package let actionText: String?
    /// Whether policies that learn from stories do not see this turn.
    package let hideRuleTurn: Bool

    package init(
        name: String?, policy: String? = nil, confidence: Double? = nil, actionText: String? = nil,
        hideRuleTurn: Bool = false
    ) {
        self.name = name
        self.policy = policy
        self.confidence = confidence
        self.actionText = actionText
        self.hideRuleTurn = hideRuleTurn
    }

    /// The action as policies see it.
    package var reference: ActionRef {
        if let name, !name.isEmpty { return .name(name) }
        return .text(actionText ?? "")
    }
}

/// The action that ran last.
package enum ActionRef: Sendable, Hashable {
    case name(String)
    /// A text that was predicted end to end.
    case text(String)

    /// Whether both are the same action by their code points.
    package static func == (one: ActionRef, other: ActionRef) -> Bool {
        switch (one, other) {
        case (.name(let one), .name(let other)), (.text(let one), .text(let other)): one.exact == other.exact
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(nameOrText.exact) }

    /// The name, or nil for a text.
    package var name: String? {
        guard case .name(let name) = self else { return nil }
        return name
    }

    package var nameOrText: String {
        switch self {
        case .name(let value), .text(let value): value
        }
    }
}

package struct ActionExecutionRejected: Sendable, Hashable {
    /// The action's name; nil in an event of a request that names none.
    package let name: String?
    /// The policy that predicted it.
    package let policy: String?
    package let confidence: Double?

    package init(name: String?, policy: String? = nil, confidence: Double? = nil) {
        self.name = name
        self.policy = policy
        self.confidence = confidence
    }
}
