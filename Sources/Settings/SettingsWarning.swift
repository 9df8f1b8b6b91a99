/// Something in a settings file that is passed over, as Rasa passes over it.
public struct SettingsWarning: Sendable, Hashable, CustomStringConvertible {
    /// Where it stands.
    public let place: SourcePlace
    /// What was found and what may have been meant; one line.
    public let message: String

    /// A warning at a place.
    public init(at place: SourcePlace, _ message: String) {
        self.place = place
        self.message = message
    }

    /// `file:line: message`.
    public var description: String { "\(place): \(message)" }
}
