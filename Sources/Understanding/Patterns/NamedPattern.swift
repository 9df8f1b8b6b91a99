internal import JSON

/// A regular expression of the training data with its name.
struct NamedPattern: Sendable {
    let name: String
    let pattern: Pattern

    /// The patterns of a file, a list of objects with `name` and `pattern`; none if there is no such file.
    static func read(
        _ file: String, _ context: LoadingContext, ignoringCase: Bool
    ) throws(LoadError) -> [NamedPattern] {
        var patterns: [NamedPattern] = []
        for entry in try context.json(file)?.array ?? [] {
            guard let name = entry["name"]?.string, let expression = entry["pattern"]?.string else {
                throw context.bad(file, "has an entry without 'name' or 'pattern'")
            }
            patterns.append(
                NamedPattern(name: name, pattern: try context.pattern(expression, ignoringCase: ignoringCase)))
        }
        return patterns
    }
}
