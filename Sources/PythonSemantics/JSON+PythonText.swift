import ExactText
public import JSON

extension JSON {
    /// The value as Python's `str` shows it: what Rasa puts in place of `{slot}` in a text, and what it compares with
    /// the values of a categorical slot.
    public var pythonText: String {
        if case .string(let value) = self { return value }
        return pythonRepresentation
    }

    /// The value as Python's `repr` shows it: strings in quotes.
    public var pythonRepresentation: String {
        switch self {
        case .null: "None"
        case .bool(let value): value ? "True" : "False"
        case .int(let value): String(value)
        case .largeInteger(let value): value.description
        case .double(let value):
            if value.isFinite {
                JSON.pythonRepresentation(of: value)
            } else {
                value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
            }
        case .string(let value): JSON.pythonQuoted(value)
        case .array(let elements): "[" + elements.map(\.pythonRepresentation).joined(separator: ", ") + "]"
        case .object(let members):
            "{"
                + members.map { "\(JSON.pythonQuoted($0)): \($1.pythonRepresentation)" }.joined(separator: ", ") + "}"
        }
    }

    /// Whether Python finds the two values equal: numbers by value whatever their kind, with true as 1, objects
    /// whatever the order of their members.
    public func isPythonEqual(to other: JSON) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.string(let a), .string(let b)): return a.exact == b.exact
        case (.int(let a), .int(let b)): return a == b
        case (.largeInteger(let a), .largeInteger(let b)): return a == b
        case (.array(let a), .array(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { $0.isPythonEqual(to: $1) }
        case (.object(let a), .object(let b)):
            return a.count == b.count
                && a.allSatisfy { key, value in b[key].map { value.isPythonEqual(to: $0) } ?? false }
        default:
            guard let a = pythonNumber, let b = other.pythonNumber else { return false }
            return a == b
        }
    }

    private static func pythonQuoted(_ text: String) -> String {
        let quote: Unicode.Scalar = text.exact.contains("'") && !text.exact.contains("\"") ? "\"" : "'"
        var result = String(quote)
        for scalar in text.unicodeScalars {
            switch scalar {
            case quote, "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if scalar.isPythonPrintable {
                    result.unicodeScalars.append(scalar)
                } else {
                    let digits = String(scalar.value, radix: 16)
                    let (prefix, width) =
                        scalar.value < 0x100 ? ("\\x", 2) : scalar.value < 0x10000 ? ("\\u", 4) : ("\\U", 8)
                    result += prefix + String(repeating: "0", count: width - digits.count) + digits
                }
            }
        }
        return result + String(quote)
    }
}

extension Unicode.Scalar {
    /// Whether `repr` shows the character as it is.
    fileprivate var isPythonPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: self == " "
        default: true
        }
    }
}
