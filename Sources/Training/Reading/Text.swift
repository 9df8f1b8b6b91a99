import ExactText

extension String {
    /// The lines as Python's `splitlines` finds them.
    var pythonLines: [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in unicodeScalars {
            defer { previous = scalar }
            switch scalar {
            case "\n" where previous == "\r": continue
            case "\n", "\r", "\u{B}", "\u{C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}":
                lines.append(String(line))
                line = String.UnicodeScalarView()
            default: line.append(scalar)
            }
        }
        if !line.isEmpty { lines.append(String(line)) }
        return lines
    }

    /// Without spaces and line ends around it.
    var trimmedOfLines: String { trimmed { $0 == " " || $0 == "\n" || $0 == "\r" } }

    /// A part by its Unicode scalars as Python's `text[start:end]`: what is negative counts from the end, and what lies
    /// outside of the text is left out.
    package func slice(_ start: Int, _ end: Int) -> String {
        let scalars = Array(unicodeScalars)
        let (from, to) = (Self.place(start, scalars.count), Self.place(end, scalars.count))
        guard from < to else { return "" }
        return String(String.UnicodeScalarView(scalars[from..<to]))
    }

    private static func place(_ index: Int, _ count: Int) -> Int {
        index < 0 ? Swift.max(0, index + count) : Swift.min(index, count)
    }

    /// Whether Python sorts this text before another.
    func precedes(_ other: String) -> Bool { exact < other.exact }
}

extension StringProtocol {
    var trimmedOfSpace: String { trimmed { $0.properties.isWhitespace } }

    fileprivate func trimmed(_ isTrimmed: (Unicode.Scalar) -> Bool) -> String {
        String(String(self).exact.trimming(while: isTrimmed))
    }
}

extension Sequence<String> {
    /// In Python's order: by Unicode scalar.
    package var pythonSorted: [String] { sortedByCodePoints() }
}

extension Sequence<ExactString> {
    /// In Python's order: by Unicode scalar.
    package var pythonSorted: [String] { sorted().map(\.string) }
}
