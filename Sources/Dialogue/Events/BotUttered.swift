package import JSON

/// A message to the user.
package struct BotUttered: Sendable, Hashable {
    /// The text, if any.
    package let text: String?
    /// Buttons, images and the rest; empty where there is only text.
    package let data: JSONObject

    /// A message with its text and further parts.
    package init(text: String?, data: JSONObject = [:]) {
        self.text = text
        self.data = data
    }
}

/// A message to the user that a human wrote.
package struct AgentUttered: Sendable, Hashable {
    /// The text, if any.
    package let text: String?
    /// Further parts.
    package let data: JSON

    /// A message with its text and further parts.
    package init(text: String?, data: JSON = .null) {
        self.text = text
        self.data = data
    }
}
