import Dialogue
import ExactText
import JSON
import PythonSemantics

/// Texts with `{slot}` in them, filled in as Rasa does by way of Python's `str.format`.
enum Template {
    /// Fills in every text inside a value; names of members stay.
    ///
    /// - Throws: ``ActionError`` for braces that Python's `format` refuses.
    static func fill(_ value: JSON, _ values: (String) -> JSON?) throws(ActionError) -> JSON {
        switch value {
        case .string(let text): return .string(try fill(text, values))
        case .array(let elements):
            var filled: [JSON] = []
            for element in elements { filled.append(try fill(element, values)) }
            return .array(filled)
        case .object(var members):
            for (index, member) in members.enumerated() {
                members.setValue(try fill(member.value, values), at: index)
            }
            return .object(members)
        default: return value
        }
    }

    /// Fills in a text. One with a name that is no slot comes back as it was, whole; `{{name}}` stands for `{name}`.
    ///
    /// - Throws: ``ActionError`` for braces that Python's `format` refuses.
    static func fill(_ text: String, _ values: (String) -> JSON?) throws(ActionError) -> String {
        guard text.utf8.contains(UInt8(ascii: "{")) || text.utf8.contains(UInt8(ascii: "}")) else { return text }
        let marked = mark(Array(text.unicodeScalars))
        guard let filled = try format(marked, values) else { return text }
        // A mark that is left came from doubled braces (or from a slot's value); Rasa then formats the text as written.
        guard filled.exact.contains(text: "0[") else { return filled }
        return try format(text.unicodeScalars.map(Piece.scalar), { _ in nil }) ?? text
    }

    /// A character, or the digest of a name in braces, which Rasa writes as `0[name]`.
    private enum Piece {
        case scalar(Unicode.Scalar)
        case name([Unicode.Scalar])
    }

    /// Finds every `{name}` that has no brace and no line break in it.
    private static func mark(_ text: [Unicode.Scalar]) -> [Piece] {
        var pieces: [Piece] = []
        var at = 0
        while at < text.count {
            if text[at] == "{",
                let end = text[(at + 1)...].firstIndex(where: { $0 == "{" || $0 == "}" || $0 == "\n" }),
                text[end] == "}", end > at + 1
            {
                pieces += [.scalar("{"), .name(Array(text[(at + 1)..<end])), .scalar("}")]
                at = end + 1
            } else {
                pieces.append(.scalar(text[at]))
                at += 1
            }
        }
        return pieces
    }

    /// What `str.format` makes of the text; nil where it misses a name.
    private static func format(_ pieces: [Piece], _ values: (String) -> JSON?) throws(ActionError) -> String? {
        var result = String.UnicodeScalarView()
        var at = 0
        while at < pieces.count {
            switch pieces[at] {
            case .name(let name):
                // The mark between doubled braces is plain text.
                result.append(contentsOf: "0[".unicodeScalars)
                result.append(contentsOf: name)
                result.append("]")
                at += 1
            case .scalar("{"):
                if at + 1 < pieces.count, case .scalar("{") = pieces[at + 1] {
                    result.append("{")
                    at += 2
                    continue
                }
                guard at + 2 < pieces.count, case .name(let name) = pieces[at + 1], case .scalar("}") = pieces[at + 2]
                else {
                    try checkField(pieces[(at + 1)...])
                    return nil
                }
                guard let value = try value(of: name, values) else { return nil }
                result.append(contentsOf: value.pythonText.unicodeScalars)
                at += 3
            case .scalar("}"):
                guard at + 1 < pieces.count, case .scalar("}") = pieces[at + 1] else {
                    throw ActionError(.badTemplate, "a response has a single '}'")
                }
                result.append("}")
                at += 2
            case .scalar(let scalar):
                result.append(scalar)
                at += 1
            }
        }
        return String(result)
    }

    /// Checks that a field which is no plain name ends, as Python wants it; whatever it names is no slot.
    private static func checkField(_ pieces: ArraySlice<Piece>) throws(ActionError) {
        var isName = true
        for piece in pieces {
            switch piece {
            case .scalar("}"): return
            case .scalar("{") where isName: throw ActionError(.badTemplate, "a response has '{' inside braces")
            case .scalar(":"), .scalar("!"): isName = false
            default: continue
            }
        }
        throw ActionError(.badTemplate, "a response has a single '{'")
    }

    private static func value(
        of name: [Unicode.Scalar], _ values: (String) -> JSON?
    ) throws(ActionError) -> JSON? {
        let key = name.prefix { $0 != "]" }
        // Python takes a number in brackets for an index, and no slot has one.
        let isIndex = key.allSatisfy { $0.properties.numericType == .decimal }
        guard !isIndex, let value = values(String(String.UnicodeScalarView(key))) else { return nil }
        guard key.count == name.count else { throw ActionError(.badTemplate, "a response has ']' inside braces") }
        return value
    }
}
