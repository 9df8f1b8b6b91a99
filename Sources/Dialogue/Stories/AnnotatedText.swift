package import JSON
import PythonSemantics

/// Texts of training data, in which entities are marked: `[Rome](city)`, `[Rome]{"entity": "city", "role": "to"}`.
package enum AnnotatedText {
    /// The text with its entities marked. Marks that stand in it already are taken away first, and a message that names
    /// its intent by a slash has its entities in itself.
    package static func annotate(_ text: String, with entities: [JSON]) -> String {
        let plain = EntityMarks(text).removed()
        guard plain.first != "/" else { return string(plain) }
        var places: [Int: [JSON]] = [:]
        for entity in entities {
            guard let start = entity["start"]?.int, entity["end"]?.int != nil else { continue }
            places[start, default: []].append(entity)
        }
        var annotated = ""
        var position = 0
        for (start, entities) in places.sorted(by: { $0.key < $1.key }) {
            let end = entities.first?["end"]?.int ?? start
            annotated += string(slice(plain, position, start)) + annotation(string(slice(plain, start, end)), entities)
            position = end
        }
        return annotated + string(slice(plain, position, plain.count))
    }

    private static func annotation(_ text: String, _ entities: [JSON]) -> String {
        if entities.count == 1, let entity = entities.first {
            return "[\(text)]" + attributes(entity, of: text, canBeShort: true)
        }
        return "[\(text)][" + entities.map { attributes($0, of: text, canBeShort: false) }.joined(separator: ", ") + "]"
    }

    private static func attributes(_ entity: JSON, of text: String, canBeShort: Bool) -> String {
        var value = entity["value"] ?? .null
        if value == .string(text) { value = .null }
        let type = entity["entity"] ?? .null
        let attributes: [(String, JSON)] = [
            ("entity", type), ("role", entity["role"] ?? .null), ("group", entity["group"] ?? .null), ("value", value),
        ]
        let given = attributes.filter { !$0.1.isNull }
        if canBeShort, given.allSatisfy({ $0.0 == "entity" }) { return "(\(type.pythonText))" }
        return JSON.object(JSONObject(given)).text(.python)
    }

    /// As Python's slices: what lies outside of the text is left out.
    private static func slice(_ text: [Unicode.Scalar], _ from: Int, _ to: Int) -> ArraySlice<Unicode.Scalar> {
        let from = min(max(from, 0), text.count)
        return text[from..<max(from, min(to, text.count))]
    }

    private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
