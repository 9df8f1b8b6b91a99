package import YAML

/// Something in a settings file that is passed over, as Rasa passes over it.
package struct SettingsWarning: Sendable, Hashable, CustomStringConvertible {
    /// Where it stands.
    package let place: SourcePlace
    /// What was found and what may have been meant; one line.
    package let message: String

    /// A warning at a place.
    package init(at place: SourcePlace, _ message: String) {
        self.place = place
        self.message = message
    }

    /// `file:line: message`.
    package var description: String { "\(place): \(message)" }
}
