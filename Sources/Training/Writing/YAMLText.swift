import JSON
import System

/// Writes JSON values as YAML that every reader understands: one line a key, nothing but ASCII, all texts in quotes.
enum YAMLText {
    static func encode(_ object: JSONObject) -> [UInt8] {
        var text = ""
        for (key, value) in object {
            text += key + ": "
            append(value, to: &text)
            text += "\n"
        }
        return Array(text.utf8)
    }

    private static func append(_ value: JSON, to text: inout String) {
        switch value {
        case .string(let string): quote(string, &text)
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += ", " }
                append(element, to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += ", " }
                quote(member.key, &text)
                text += ": "
                append(member.value, to: &text)
            }
            text += "}"
        default: text += value.text()
        }
    }

    private static func quote(_ string: String, _ text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case " "..."~": text.unicodeScalars.append(scalar)
            default:
                let (mark, width) = scalar.value > 0xFFFF ? ("U", 8) : scalar.value > 0xFF ? ("u", 4) : ("x", 2)
                text += "\\\(mark)\(scalar.value.padded(width, radix: 16))"
            }
        }
        text += "\""
    }
}
