import ExactText
import JSON

/// JSON as DynamoDB has it: each value under the name of its type.
enum DynamoValue {
    /// Numbers with a fraction have at most nine digits of it, as Rasa rounds them.
    static let fractionDigits = 9
    /// The most digits that the service keeps of a number; a longer whole one is stored as text.
    private static let maxDigits = 38

    static func encode(_ json: JSON) -> JSON {
        switch json {
        case .null: ["NULL": true]
        case .bool(let value): ["BOOL": .bool(value)]
        case .int(let value): ["N": .string(String(value))]
        case .largeInteger(let value):
            [value.description.utf8.count <= maxDigits ? "N" : "S": .string(value.description)]
        case .double(let value): ["N": .string(number(value))]
        case .string(let value): ["S": .string(value)]
        case .array(let values): ["L": .array(values.map { encode($0) })]
        case .object(let members): ["M": .object(members.mapValues { encode($0) })]
        }
    }

    /// Nil for what is no value of DynamoDB, or of a type that neither Rasa nor Parley writes.
    static func decode(_ value: JSON) -> JSON? {
        guard let (type, content) = value.object?.first else { return nil }
        switch type {
        case "NULL": return .null
        case "BOOL": return content.bool.map { .bool($0) }
        case "S": return content.string.map { .string($0) }
        case "N":
            guard let text = content.string else { return nil }
            // The service does not tell 5 from 5.0.
            if let whole = JSON.integer(text) { return whole }
            return Double(text).map { .double($0) }
        case "L":
            var list: [JSON] = []
            for item in content.array ?? [] {
                guard let item = decode(item) else { return nil }
                list.append(item)
            }
            return .array(list)
        case "M":
            var members = JSONObject()
            for (name, member) in content.object ?? [:] {
                guard let member = decode(member) else { return nil }
                members[name] = member
            }
            return .object(members)
        default: return nil
        }
    }

    /// The shortest digits of a number; what is finer than Rasa keeps is rounded.
    static func number(_ value: Double) -> String {
        let text = "\(value)"
        let fraction = text.exact.split(separator: ".").last.map { $0.count } ?? 0
        if !text.exact.contains("e"), fraction <= fractionDigits {
            return text.exact.hasSuffix(".0") ? String(text.dropLast(2)) : text
        }
        guard abs(value) < 1e9 else { return abs(value) < 1e15 ? rounded(value) : text }
        return rounded(value)
    }

    private static func rounded(_ value: Double) -> String {
        let whole = value.rounded(.towardZero)
        let billionths = ((value - whole) * 1e9).rounded()
        let sign = value < 0 ? "-" : ""
        guard abs(billionths) < 1e9 else { return "\(Int(whole + (value < 0 ? -1 : 1)))" }
        var digits = "\(Int(abs(billionths)))"
        while digits.count < fractionDigits { digits = "0\(digits)" }
        while digits.exact.hasSuffix("0") { digits.removeLast() }
        return "\(sign)\(Int(abs(whole)))" + (digits.isEmpty ? "" : ".\(digits)")
    }
}
