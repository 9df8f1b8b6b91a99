import Channels
import Dialogue
import JSON
import PythonSemantics

/// Messages of the REST channel as lines of text.
enum ConsoleText {
    /// What is shown of a message.
    static func lines(of message: JSON) -> [String] {
        var lines: [String] = []
        if let text = message["text"]?.string { lines.append(text) }
        for (index, button) in (message["buttons"]?.array ?? []).enumerated() {
            lines.append(ButtonText.line(button, number: index + 1))
        }
        if let image = message["image"] { lines.append("Image: \(image.pythonText)") }
        if let attachment = message["attachment"] { lines.append("Attachment: \(attachment.pythonText)") }
        if let custom = message["custom"] { lines += ["Custom json:", indented(custom)] }
        return lines
    }

    /// A value for readers: two spaces for each level.
    static func indented(_ value: JSON, _ margin: String = "") -> String {
        let inner = "\n\(margin)  "
        switch value {
        case .array(let elements) where !elements.isEmpty:
            let items = elements.map { inner + indented($0, "\(margin)  ") }
            return "[\(items.joined(separator: ","))\n\(margin)]"
        case .object(let members) where !members.isEmpty:
            let items = members.map { "\(inner)\(JSON.string($0).text()): \(indented($1, "\(margin)  "))" }
            return "{\(items.joined(separator: ","))\n\(margin)}"
        default: return value.text()
        }
    }
}
