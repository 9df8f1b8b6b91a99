import Encodings
import PythonSemantics

/// The patterns that Rasa makes of lookup tables, `(\ba\b|\bb\b|…)` or `(a|b|…)`, without a regular expression: these
/// have thousands of alternatives, which an expression tries one after another at every place.
struct LookupTable: Sendable {
    /// The elements with their places in the table; of two that are found at the same place the first counts.
    private var elements: Vocabulary
    private let isBounded: Bool
    private let ignoresCase: Bool
    private var firstBytes = [Bool](repeating: false, count: 256)
    private var longest = 0

    /// Nil if the expression has another form.
    init?(_ expression: String, ignoringCase: Bool) {
        guard let (texts, isBounded) = Self.elements(of: Array(expression.unicodeScalars)) else { return nil }
        self.isBounded = isBounded
        ignoresCase = ignoringCase
        elements = Vocabulary(capacity: texts.count)
        for (place, text) in texts.enumerated() {
            let text = MessageText(String(text))
            let bytes = ignoringCase ? CaseFolding.folded(text).bytes : text.bytes
            elements.insert(bytes, column: Int32(truncatingIfNeeded: place))
            firstBytes[Int(bytes[0])] = true
            longest = max(longest, bytes.count)
        }
    }

    /// The alternatives; nil if one is empty or is more than letters and escaped signs, or if only some are between
    /// `\b`.
    private static func elements(
        of scalars: [Unicode.Scalar]
    ) -> (texts: [String.UnicodeScalarView], isBounded: Bool)? {
        guard scalars.count > 2, scalars.first == "(", scalars.last == ")" else { return nil }
        let special = Set("()[]{}?*+|^$.".unicodeScalars)
        var texts: [String.UnicodeScalarView] = []
        var bounded = 0
        var text = String.UnicodeScalarView()
        var (begins, ends) = (false, false)
        var at = 1
        while at < scalars.count {
            let scalar = scalars[at]
            at += 1
            if scalar == "|" || at == scalars.count {
                guard !text.isEmpty, begins == ends else { return nil }
                texts.append(text)
                if begins { bounded += 1 }
                text = .init()
                (begins, ends) = (false, false)
            } else if scalar == "\\" {
                let escaped = scalars[at]
                at += 1
                if escaped == "b" {
                    if text.isEmpty, !begins { begins = true } else if !ends { ends = true } else { return nil }
                } else if escaped.isPythonWord || ends || at == scalars.count {
                    return nil
                } else {
                    text.append(escaped)
                }
            } else {
                guard !special.contains(scalar), !ends else { return nil }
                text.append(scalar)
            }
        }
        guard bounded == 0 || bounded == texts.count else { return nil }
        return (texts, bounded > 0)
    }

    /// All matches from left to right without overlaps, as bytes of the text.
    func forEachMatch(in text: MessageText, _ body: (Range<Int>) -> Void) {
        let folded = ignoresCase ? CaseFolding.folded(text) : text
        let bytes = folded.bytes
        var start = 0
        while start < bytes.count {
            guard firstBytes[Int(bytes[start])], let end = end(ofMatchAt: start, bytes) else {
                start += UTF8Reading.width(bytes[start])
                continue
            }
            if ignoresCase {
                let scalars = folded.scalarOffset(ofByte: start)..<folded.scalarOffset(ofByte: end)
                body(text.byteOffset(ofScalar: scalars.lowerBound)..<text.byteOffset(ofScalar: scalars.upperBound))
            } else {
                body(start..<end)
            }
            start = end
        }
    }

    /// The end of the first element in the table's order that is found at a place.
    private func end(ofMatchAt start: Int, _ bytes: [UInt8]) -> Int? {
        guard isBoundary(start, bytes) else { return nil }
        var best: (place: Int32, end: Int)?
        var hash = FNV1a()
        var end = start
        while end < bytes.count, end - start < longest {
            hash.add(bytes[end])
            end += 1
            if end < bytes.count, UTF8Reading.isContinuation(bytes[end]) { continue }
            guard let place = elements.column(of: bytes, in: start..<end, hash: hash), isBoundary(end, bytes) else {
                continue
            }
            if best.map({ place < $0.place }) ?? true { best = (place, end) }
        }
        return best?.end
    }

    /// Whether a word begins or ends at a place, or boundaries do not matter.
    private func isBoundary(_ place: Int, _ bytes: [UInt8]) -> Bool {
        guard isBounded else { return true }
        let before = UTF8Reading.last(bytes, in: 0..<place)?.isPythonWord ?? false
        let after = UTF8Reading.first(bytes, in: place..<bytes.count)?.isPythonWord ?? false
        return before != after
    }
}
