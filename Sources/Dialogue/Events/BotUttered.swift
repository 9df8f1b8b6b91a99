package import JSON

package struct BotUttered: Sendable, Hashable {
    package let text: String?
    /// Buttons, images and the rest; empty where there is only text.
    package let data: JSONObject

    package init(text: String?, data: JSONObject = [:]) { (self.text, self.data) = (text, data) }
}

/// A message to the user that a human wrote.
package struct AgentUttered: Sendable, Hashable {
    package let text: String?
    /// Further parts.
    package let data: JSON

    package init(text: String?, data: JSON = .null) { (self.text, self.data) = (text, data) }
}
