/// Why a model that is loaded cannot handle a message: an option of a component or policy has a value that it cannot
/// use. Rasa loads such a model too, and fails at the same place.
package struct ModelFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The node, the option, and what would be right.
    package let description: String

    package init(_ options: ComponentOptions, _ key: String, _ wanted: String) {
        description = options.refuse(key, wanted).message
    }
}
