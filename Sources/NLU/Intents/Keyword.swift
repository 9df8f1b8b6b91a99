import PythonSemantics
import TextFeatures

/// A keyword between word boundaries. Keywords are regular expressions, though hardly one is written as such: those
/// without any special character are compared byte by byte.
enum Keyword: Sendable {
    /// Bytes, folded where case does not matter.
    case literal([UInt8], startsWithWord: Bool, endsWithWord: Bool)
    case pattern(Pattern)

    /// - Parameter compile: Makes a pattern of an expression.
    init(
        _ text: String, ignoringCase: Bool,
        compile: (_ expression: String, _ ignoringCase: Bool) throws(LoadError) -> Pattern
    ) throws(LoadError) {
        let special = Set("\\.^$*+?{}[]|()".unicodeScalars)
        let isLiteral = !text.unicodeScalars.contains { special.contains($0) }
        let folded = ignoringCase ? CaseFolding.folded(MessageText(text)) : MessageText(text)
        let all = 0..<folded.bytes.count
        if isLiteral, let first = UTF8Reading.first(folded.bytes, in: all),
            let last = UTF8Reading.last(folded.bytes, in: all)
        {
            self = .literal(folded.bytes, startsWithWord: first.isPythonWord, endsWithWord: last.isPythonWord)
        } else {
            self = .pattern(try compile("\\b" + text + "\\b", ignoringCase))
        }
    }

    /// The bytes of a literal; nil for an expression.
    var literal: [UInt8]? { if case .literal(let bytes, _, _) = self { bytes } else { nil } }

    /// - Parameter folded: The text, folded where case does not matter.
    func isFound(in text: MessageText, folded: MessageText, using scratch: PatternScratch) -> Bool {
        switch self {
        case .pattern(let pattern): return pattern.isFound(in: text.bytes, using: scratch)
        case .literal(let keyword, let startsWithWord, let endsWithWord):
            let bytes = folded.bytes
            guard keyword.count <= bytes.count else { return false }
            for start in 0...bytes.count - keyword.count where bytes[start] == keyword[0] {
                let end = start + keyword.count
                guard bytes[start..<end].elementsEqual(keyword) else { continue }
                let before = UTF8Reading.last(bytes, in: 0..<start)?.isPythonWord ?? false
                let after = UTF8Reading.first(bytes, in: end..<bytes.count)?.isPythonWord ?? false
                if before != startsWithWord, after != endsWithWord { return true }
            }
            return false
        }
    }
}
