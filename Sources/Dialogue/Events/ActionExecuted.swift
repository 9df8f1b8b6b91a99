import ExactText

/// An action that has run, and who chose it.
public struct ActionExecuted: Sendable, Hashable {
    /// The action's name; nil for an end-to-end prediction of a text.
    public let name: String?
    /// The policy that predicted it; nil where none did.
    public let policy: String?
    /// The confidence of the prediction.
    public let confidence: Double?
    /// The predicted text of an end-to-end prediction.
    public let actionText: String?
    /// Whether policies that learn from stories do not see this turn.
    public let hideRuleTurn: Bool

    /// An action that has run.
    public init(
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
    public var reference: ActionRef {
        if let name, !name.isEmpty { return .name(name) }
        return .text(actionText ?? "")
    }
}

/// The action that ran last.
public enum ActionRef: Sendable, Hashable {
    /// An action of the domain.
    case name(String)
    /// A text that was predicted end to end.
    case text(String)

    /// Whether both are the same action by their code points.
    public static func == (one: ActionRef, other: ActionRef) -> Bool {
        switch (one, other) {
        case (.name(let one), .name(let other)), (.text(let one), .text(let other)): one.exact == other.exact
        default: false
        }
    }

    /// Hashes the name or text.
    public func hash(into hasher: inout Hasher) { hasher.combine(nameOrText.exact) }

    /// The name, or nil for a text.
    public var name: String? {
        guard case .name(let name) = self else { return nil }
        return name
    }

    /// The name or the text.
    public var nameOrText: String {
        switch self {
        case .name(let value), .text(let value): value
        }
    }
}

/// An action that declined to run.
public struct ActionExecutionRejected: Sendable, Hashable {
    /// The action's name; nil in an event of a request that names none.
    public let name: String?
    /// The policy that predicted it.
    public let policy: String?
    /// The confidence of the prediction.
    public let confidence: Double?

    /// A rejection of an action.
    public init(name: String?, policy: String? = nil, confidence: Double? = nil) {
        self.name = name
        self.policy = policy
        self.confidence = confidence
    }
}
