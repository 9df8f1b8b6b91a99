public import JSON

/// A message to the user.
public struct BotUttered: Sendable, Hashable {
    /// The text, if any.
    public let text: String?
    /// Buttons, images and the rest; empty where there is only text.
    public let data: JSONObject

    /// A message with its text and further parts.
    public init(text: String?, data: JSONObject = [:]) {
        self.text = text
        self.data = data
    }
}

/// A message to the user that a human wrote.
public struct AgentUttered: Sendable, Hashable {
    /// The text, if any.
    public let text: String?
    /// Further parts.
    public let data: JSON

    /// A message with its text and further parts.
    public init(text: String?, data: JSON = .null) {
        self.text = text
        self.data = data
    }
}
