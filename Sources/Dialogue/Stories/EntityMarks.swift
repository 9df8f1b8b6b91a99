/// The marks of entities in a text of training data: `[Rome](city)`, `[Rome](city:value)`, `[Rome]{"entity": "city"}`
/// and `[Rome][{"entity": "city"}]`.
///
/// They are Rasa's expression `\[(?P<entity_text>[^\]]+?)\](\((?P<entity>[^:)]+?)(?:\:(?P<value>[^)]+))?\)|
/// \{(?P<entity_dict>[^}]+?)\}|\[(?P<list_entity_dicts>.*?)\])`, read from left to right in time that grows with the
/// text's length alone.
struct EntityMarks {
    private let scalars: [Unicode.Scalar]

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    /// The text with the marked parts in place of their marks.
    func removed() -> [Unicode.Scalar] {
        guard scalars.contains("[") else { return scalars }
        var plain: [Unicode.Scalar] = []
        // The next places of what ends parts, which move forwards only.
        var (bracket, round, curly) = (Ending("]"), Ending(")"), Ending("}"))
        var (colon, line) = (Ending(":"), Ending("\n"))
        var at = 0
        while at < scalars.count {
            guard scalars[at] == "[", let textEnd = bracket.place(in: scalars, from: at + 1), textEnd > at + 1,
                textEnd + 1 < scalars.count
            else {
                plain.append(scalars[at])
                at += 1
                continue
            }
            let start = textEnd + 2
            var end: Int?
            switch scalars[textEnd + 1] {
            case "(":
                // `name` or `name:value`.
                guard let close = round.place(in: scalars, from: start), close > start else { break }
                let mark = colon.place(in: scalars, from: start) ?? close
                if mark > start, mark != close - 1 { end = close }
            case "{":
                if let close = curly.place(in: scalars, from: start), close > start { end = close }
            case "[":
                var second = bracket
                let stop = line.place(in: scalars, from: start) ?? scalars.count
                if let close = second.place(in: scalars, from: start), close < stop { end = close }
            default: break
            }
            if let end {
                plain += scalars[at + 1..<textEnd]
                at = end + 1
            } else {
                plain.append(scalars[at])
                at += 1
            }
        }
        return plain
    }

    /// A character that is looked for further and further to the right.
    private struct Ending {
        private let scalar: Unicode.Scalar
        private var known = -1

        init(_ scalar: Unicode.Scalar) { self.scalar = scalar }

        /// The first place at or after `start`; nil where there is none.
        mutating func place(in scalars: [Unicode.Scalar], from start: Int) -> Int? {
            if known < start { known = scalars[start...].firstIndex(of: scalar) ?? scalars.count }
            return known < scalars.count ? known : nil
        }
    }
}
