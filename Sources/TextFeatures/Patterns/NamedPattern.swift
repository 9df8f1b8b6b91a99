import JSON
import ModelArchive

/// A regular expression of the training data with its name.
package struct NamedPattern: Sendable {
    private enum Form: Sendable {
        case expression(Pattern)
        case table(LookupTable)
    }

    package let name: String
    private let form: Form

    /// The patterns of a file, a list of objects with `name` and `pattern`; none if there is no such file.
    package static func read(
        _ file: String, _ context: LoadingContext, ignoringCase: Bool
    ) throws(LoadError) -> [NamedPattern] {
        var patterns: [NamedPattern] = []
        let shape = FileShape.list(.members([.needed("name", .text), .needed("pattern", .text)]))
        for entry in try context.json(file, shape)?.array ?? [] {
            guard let name = entry["name"]?.string, let expression = entry["pattern"]?.string else {
                throw context.bad(file, "has an entry without 'name' or 'pattern'")
            }
            let form: Form
            if let table = LookupTable(expression, ignoringCase: ignoringCase) {
                form = .table(table)
            } else {
                form = .expression(try context.pattern(expression, ignoringCase: ignoringCase))
            }
            patterns.append(NamedPattern(name: name, form: form))
        }
        return patterns
    }

    /// Calls `body` with the bytes of each match from left to right.
    package func forEachMatch(in text: MessageText, using scratch: PatternScratch, _ body: (Range<Int>) -> Void) {
        switch form {
        case .table(let table): table.forEachMatch(in: text, body)
        case .expression(let pattern): pattern.forEachMatch(in: text.bytes, using: scratch) { body($0.whole) }
        }
    }
}
