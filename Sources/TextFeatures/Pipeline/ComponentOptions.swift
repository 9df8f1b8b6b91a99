package import ExactText
package import JSON
import PythonSemantics

/// What the author of a configuration wrote for a component or policy, over the defaults of its class.
///
/// As in Rasa, only an option that is left out has the default of its class: one that is null is Python's `None`. What
/// Rasa takes for a truth value may be of any kind, and what it calculates with may be true or false.
package struct ComponentOptions: Sendable {
    /// The node, for messages.
    package let node: String
    package let values: JSONObject

    package init(node: String, values: JSONObject) { (self.node, self.values) = (node, values) }

    /// An option as it is written; nil where it is left out.
    package subscript(_ key: String) -> JSON? { values[key] }

    /// An option that is there and not null.
    private func given(_ key: String) -> JSON? {
        guard let value = values[key], !value.isNull else { return nil }
        return value
    }

    /// An error about an option that is there.
    package func refuse(_ key: String, _ wanted: String) -> LoadError {
        LoadError(
            .badSetting, "Node \(node): '\(key)' is \((values[key] ?? .null).text()), but must be \(wanted).")
    }

    /// Whether an option is true to Python: it is neither null, false, 0 nor empty.
    package func flag(_ key: String, default value: Bool) -> Bool {
        values[key]?.isPythonTrue ?? value
    }

    /// What is compared with numbers; nil for an option that Python cannot compare with them, so that Rasa fails where
    /// it does.
    package func operand(_ key: String, default value: Double) -> Double? {
        values[key].map(\.pythonNumber) ?? value
    }

    /// How many elements of a list are kept, where more than 0 are asked for; nil for an option that Python can neither
    /// compare with 0 nor cut a list by, so that Rasa fails where it does.
    package func limit(_ key: String, default value: Int) -> Int? {
        guard let written = values[key] else { return value }
        if let count = written.pythonInteger { return max(0, count) }
        guard let number = written.pythonNumber, number <= 0 else { return nil }
        return 0
    }

    /// The same where a number at or above a count asks for all.
    package func limit(_ key: String, default value: Int, among count: Int) -> Int? {
        guard let number = operand(key, default: Double(value)) else { return nil }
        guard number > 0, number < Double(count) else { return 0 }
        return values[key].map(\.pythonInteger) ?? value
    }

    package func number(_ key: String, default value: Double) throws(LoadError) -> Double {
        guard let number = operand(key, default: value) else { throw refuse(key, "a number") }
        return number
    }

    package func integer(_ key: String, default value: Int) throws(LoadError) -> Int {
        guard let written = values[key] else { return value }
        guard let number = written.pythonInteger else { throw refuse(key, "a whole number") }
        return number
    }

    /// A text; nil where the option is left out or null.
    package func text(_ key: String) throws(LoadError) -> String? {
        guard let value = given(key) else { return nil }
        guard let text = value.string else { throw refuse(key, "a string") }
        return text
    }

    /// One of some texts; another value is an error that lists them.
    package func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, default value: Choice
    ) throws(LoadError) -> Choice where Choice.RawValue == String {
        guard let written = values[key] else { return value }
        guard let choice = written.string.flatMap(Choice.init) else { throw refuse(key, Self.list(Choice.self)) }
        return choice
    }

    /// One of some texts, or nil where the option is not true to Python.
    package func optionalChoice<Choice: RawRepresentable & CaseIterable>(
        _ key: String
    ) throws(LoadError) -> Choice? where Choice.RawValue == String {
        guard let written = values[key], written.isPythonTrue else { return nil }
        guard let choice = written.string.flatMap(Choice.init) else { throw refuse(key, Self.list(Choice.self)) }
        return choice
    }

    private static func list<Choice: RawRepresentable & CaseIterable>(
        _ type: Choice.Type
    ) -> String where Choice.RawValue == String {
        "one of " + Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }

    /// Names of which some are chosen.
    package func names(_ key: String) throws(LoadError) -> NameSelection {
        guard let value = values[key], value.isPythonTrue else { return .all }
        switch value {
        case .string(let text): return .partsOf(text)
        case .array(let elements): return .listed(elements)
        case .object(let members): return .listed(members.keys.map { JSON.string($0.string) })
        default: throw refuse(key, "a list of names")
        }
    }

    /// Lists of names, which Python takes from every kind of collection.
    package func lists(_ key: String, default value: [[String]]) throws(LoadError) -> [[String]] {
        guard let written = values[key] else { return value }
        let wanted = "a list of lists of names"
        guard let elements = Self.elements(of: written) else { throw refuse(key, wanted) }
        var lists: [[String]] = []
        for element in elements {
            guard let names = Self.elements(of: element) else { throw refuse(key, wanted) }
            var list: [String] = []
            for name in names {
                guard let name = name.string else { throw refuse(key, wanted) }
                list.append(name)
            }
            lists.append(list)
        }
        return lists
    }

    /// What Python goes through: the elements of a list, the keys of a group, the characters of a text.
    private static func elements(of value: JSON) -> [JSON]? {
        switch value {
        case .array(let elements): elements
        case .object(let members): members.keys.map { JSON.string($0.string) }
        case .string(let text): text.unicodeScalars.map { .string(String($0)) }
        default: nil
        }
    }

    /// A truth value for everything, or one for each of some names.
    package func switches(
        _ key: String, default value: Bool
    ) throws(LoadError) -> (other: Bool, byName: [ExactString: Bool]) {
        switch values[key] {
        case nil: return (value, [:])
        case .bool(let bool): return (bool, [:])
        case .object(let members):
            return (value, Dictionary(uniqueKeysWithValues: members.map { ($0.key.exact, $0.value.isPythonTrue) }))
        default: throw refuse(key, "true, false or a truth value per name")
        }
    }
}

/// Which names an option chooses, as Python's `in` finds them.
package enum NameSelection: Sendable, Hashable {
    /// An option that is empty stands for all.
    case all
    case listed([JSON])
    /// Of a text, all that are a part of it.
    case partsOf(String)

    /// - Parameter name: A text, or another value where that is what something is called by.
    package func contains(_ name: JSON) -> Bool {
        switch self {
        case .all: return true
        case .listed(let names): return names.contains(name)
        case .partsOf(let text):
            guard let part = name.string else { return false }
            return Array(text.utf8).contains(part.utf8)
        }
    }
}
