internal import ExactText
internal import JSON

/// What the author of a pipeline wrote for a component, over the defaults of its class.
struct Settings {
    /// The node, for messages.
    let node: String
    let values: JSONObject

    private func refuse(_ key: String, _ value: JSON, _ wanted: String) -> LoadError {
        LoadError(.badSetting, "Node \(node): '\(key)' is \(value.text()), but must be \(wanted).")
    }

    /// A setting that is there and not null.
    private func given(_ key: String) -> JSON? {
        values[key].flatMap { $0.isNull ? nil : $0 }
    }

    func bool(_ key: String, default fallback: Bool) throws(LoadError) -> Bool {
        guard let value = given(key) else { return values[key] == nil ? fallback : false }
        guard let bool = value.bool else { throw refuse(key, value, "true or false") }
        return bool
    }

    func int(_ key: String, default fallback: Int) throws(LoadError) -> Int {
        guard let value = given(key) else { return fallback }
        guard let int = value.int else { throw refuse(key, value, "a whole number") }
        return int
    }

    func number(_ key: String, default fallback: Double) throws(LoadError) -> Double {
        guard let value = given(key) else { return fallback }
        guard let number = value.double else { throw refuse(key, value, "a number") }
        return number
    }

    func optionalText(_ key: String) throws(LoadError) -> String? {
        guard let value = given(key) else { return nil }
        guard let text = value.string else { throw refuse(key, value, "a text") }
        return text
    }

    /// One of some texts; another value is an error that lists them.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, default fallback: Choice
    ) throws(LoadError) -> Choice where Choice.RawValue == String {
        try optionalChoice(key) ?? fallback
    }

    /// One of some texts, or nil if nothing is set.
    func optionalChoice<Choice: RawRepresentable & CaseIterable>(
        _ key: String
    ) throws(LoadError) -> Choice? where Choice.RawValue == String {
        guard let value = given(key) else { return nil }
        guard let text = value.string, let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw refuse(key, value, "one of \(known)")
        }
        return choice
    }

    /// A list of texts; a single text stands for a list of one.
    func texts(_ key: String) throws(LoadError) -> [String] {
        guard let value = given(key) else { return [] }
        if let text = value.string { return [text] }
        guard let texts = value.array?.compactMap(\.string), texts.count == value.array?.count else {
            throw refuse(key, value, "a list of texts")
        }
        return texts
    }

    /// A list of lists of texts.
    func lists(_ key: String, default fallback: [[String]]) throws(LoadError) -> [[String]] {
        guard let value = given(key) else { return fallback }
        var lists: [[String]] = []
        for list in value.array ?? [] { lists.append(list.array?.compactMap(\.string) ?? []) }
        guard !lists.isEmpty else { throw refuse(key, value, "a list of lists of texts") }
        return lists
    }

    /// A truth value for everything, or one for each of some names.
    func switches(_ key: String, default fallback: Bool) throws(LoadError) -> (other: Bool, byName: [ExactString: Bool])
    {
        guard let value = given(key) else { return (fallback, [:]) }
        if let bool = value.bool { return (bool, [:]) }
        guard let members = value.object else { throw refuse(key, value, "true, false or a truth value per name") }
        var byName: [ExactString: Bool] = [:]
        for (name, member) in members {
            guard let bool = member.bool else { throw refuse("\(key).\(name)", member, "true or false") }
            byName[name] = bool
        }
        return (fallback, byName)
    }
}
