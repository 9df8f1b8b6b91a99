import ExactText
import JSON
import PythonSemantics

/// The type of a slot, with what it needs.
package enum SlotKind: Sendable, Hashable {
    /// Any text; policies see whether it is set.
    case text
    case bool
    /// A number; policies see its place between the two bounds.
    case float(minimum: Double, maximum: Double)
    /// A list; policies see whether it is empty.
    case list
    /// One of some values, in lower case, with `__other__` as the last.
    case categorical(values: [String])
    /// Anything; never seen by policies.
    case any

    /// The name of a type that is written as its class in Rasa, such as `rasa.shared.core.slots.TextSlot`; any other
    /// type as it is.
    package static func name(ofType type: String) -> String {
        switch type {
        case "rasa.shared.core.slots.TextSlot", "rasa.shared.core.domain.TextSlot": "text"
        case "rasa.shared.core.slots.BooleanSlot": "bool"
        case "rasa.shared.core.slots.FloatSlot": "float"
        case "rasa.shared.core.slots.ListSlot", "rasa.shared.core.domain.ListSlot": "list"
        case "rasa.shared.core.slots.CategoricalSlot", "rasa.shared.core.domain.CategoricalSlot": "categorical"
        case "rasa.shared.core.slots.AnySlot", "rasa.shared.core.domain.AnySlot": "any"
        default: type
        }
    }

    /// The value that stands for all values that a categorical slot does not list.
    package static let otherCategory = "__other__"

    func stored(_ value: JSON) -> JSON {
        guard case .list = self, value.isPythonTrue, value.array == nil else { return value }
        return .array([value])
    }

    func features(of value: JSON) -> [Double] {
        switch self {
        case .text: return [value.isNull ? 0 : 1]
        case .bool: return SlotKind.truth(of: value).map { [1, $0 ? 1 : 0] } ?? [0, 0]
        case .float(let minimum, let maximum):
            guard let number = SlotKind.number(of: value) else { return [0, 0] }
            // In this order, so that a value that is no number ends at the upper bound as in Python.
            let capped = number < maximum ? number : maximum
            let range = maximum > minimum ? maximum - minimum : 1
            return [1, ((capped > minimum ? capped : minimum) - minimum) / range]
        case .list:
            switch value {
            case .array(let elements): return [elements.isEmpty ? 0 : 1]
            case .string(let text): return [text.isEmpty ? 0 : 1]
            case .object(let members): return [members.isEmpty ? 0 : 1]
            default: return [0]
            }
        case .categorical(let values):
            var features = [Double](repeating: 0, count: values.count)
            guard !value.isNull else { return features }
            let text = value.pythonText.lowercased()
            if let index = values.firstIndex(exact: text) ?? values.firstIndex(exact: SlotKind.otherCategory) {
                features[index] = 1
            }
            return features
        case .any: return []
        }
    }

    private static func truth(of value: JSON) -> Bool? {
        switch value {
        case .bool(let value): return value
        case .int(let value): return value == 1
        case .double(let value): return value == 1
        case .string(let text):
            if !text.isEmpty, text.unicodeScalars.allSatisfy({ $0.properties.numericType != nil }) {
                var number = 0.0
                for scalar in text.unicodeScalars {
                    guard scalar.properties.numericType == .decimal, let digit = scalar.properties.numericValue else {
                        return nil
                    }
                    number = number * 10 + digit
                }
                return number == 1
            }
            switch PythonNumber.trimmed(text).lowercased() {
            case "true": return true
            case "false": return false
            default: return nil
            }
        default: return nil
        }
    }

    /// What Python's `float` makes of the value.
    private static func number(of value: JSON) -> Double? {
        switch value {
        case .bool(let value): return value ? 1 : 0
        case .int, .largeInteger, .double: return value.double
        case .string(let text):
            return PythonNumber.float(text)
        default: return nil
        }
    }
}
