/// Numbers in texts, as Python reads them.
public enum PythonNumber {
    /// What Python's `float` makes of a text: digits of any script, single underscores between digits, white space
    /// around; nothing hexadecimal. Nil where it makes nothing of it.
    public static func float(_ text: String) -> Double? {
        var plain = ""
        var previous: Unicode.Scalar?
        for scalar in trimmed(text).unicodeScalars {
            let isDigit = scalar.properties.numericType == .decimal
            if previous == "_", !isDigit { return nil }
            if isDigit, let digit = scalar.properties.numericValue {
                plain += String(Int(digit))
            } else if scalar == "_" {
                guard previous?.properties.numericType == .decimal else { return nil }
            } else if others.contains(scalar) {
                plain.unicodeScalars.append(scalar)
            } else {
                return nil
            }
            previous = scalar
        }
        return previous == "_" ? nil : Double(plain)
    }

    /// The text without white space at its ends.
    static func trimmed(_ text: String) -> Substring {
        var rest = text[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }

    /// What may stand beside digits, `inf` and `nan` among it.
    private static let others = Set("+-.eEinfatyINFATY".unicodeScalars)
}
