import ExactText
import System

/// Puts variables into settings, by Rasa's rules: only in text without quotes, and only where it has a `${…}`; then
/// `$NAME` counts as well.
extension EnvironmentVariables {
    /// Whether variables are put into a text at all.
    static func apply(to text: String) -> Bool {
        guard !text.exact.contains("\n"), let start = text.exact.firstRange(of: "${") else { return false }
        return text[start.upperBound...].exact.contains("}")
    }

    /// The text with variables put in.
    ///
    /// - Throws: ``ExpansionError`` for a `${NAME}` that is not set, and for a `$NAME` that is not set and begins a
    ///   word, as Rasa refuses it. Other `$NAME` stay as they are.
    func expand(_ text: String) throws(ExpansionError) -> String {
        var result = ""
        var rest = text[...]
        while let dollar = rest.unicodeScalars.firstIndex(of: "$") {
            result += rest[..<dollar]
            let beginsWord =
                dollar == text.startIndex
                || text.unicodeScalars[text.unicodeScalars.index(before: dollar)].properties.isWhitespace
            rest = rest[rest.unicodeScalars.index(after: dollar)...]
            if rest.utf8.first == UInt8(ascii: "{"), let end = rest.unicodeScalars.firstIndex(of: "}") {
                let name = String(rest[rest.unicodeScalars.index(after: rest.startIndex)..<end])
                guard let value = try known(name) else { throw .unset(name) }
                result += value
                rest = rest[rest.unicodeScalars.index(after: end)...]
                continue
            }
            let name = String(
                rest.unicodeScalars.prefix {
                    $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_")
                })
            if let value = name.isEmpty ? nil : try known(name) {
                result += value
            } else if beginsWord, !name.isEmpty {
                throw .unset(name)
            } else {
                result += "$" + name
            }
            rest = Substring(rest.unicodeScalars.dropFirst(name.unicodeScalars.count))
        }
        return result + rest
    }

    private func known(_ name: String) throws(ExpansionError) -> String? {
        do throws(UnreadableVariable) { return try value(of: name) } catch { throw .unreadable(error) }
    }

    enum ExpansionError: Error {
        /// The environment does not have the variable.
        case unset(String)
        case unreadable(UnreadableVariable)
    }
}
