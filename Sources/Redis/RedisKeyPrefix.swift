/// The start of every key of a store, by Rasa's rule for `key_prefix`.
package struct RedisKeyPrefix: Sendable, Hashable {
    /// What was configured, followed by a colon; empty without a prefix.
    package let own: String
    /// Whether the configured prefix is not alphanumeric and therefore ignored, as Rasa ignores it with a warning.
    package let wasRefused: Bool

    /// The prefix as configured; nil and the empty text mean none.
    package init(_ configured: String?) {
        let isUsable = configured.map(Self.isAlphanumeric) ?? false
        own = isUsable ? "\(configured ?? ""):" : ""
        wasRefused = !isUsable && !(configured ?? "").isEmpty
    }

    /// Python's `str.isalnum`.
    private static func isAlphanumeric(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
                    .decimalNumber, .letterNumber, .otherNumber:
                    true
                default: false
                }
            }
    }
}
