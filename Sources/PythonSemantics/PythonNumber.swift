import ExactText

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

    /// What Python's `int` makes of a text: as ``float(_:)``, but nothing beside digits and a sign.
    ///
    /// - Returns: nil also for a number beyond all measure.
    public static func integer(_ text: String) -> Double? {
        let isWhole = trimmed(text).unicodeScalars.allSatisfy {
            $0.properties.numericType == .decimal || $0 == "_" || $0 == "+" || $0 == "-"
        }
        guard isWhole, let number = float(text), number.isFinite else { return nil }
        return number
    }

    /// The text without white space at its ends.
    public static func trimmed(_ text: String) -> Substring {
        text.exact.trimming { $0.properties.isWhitespace || (0x1C...0x1F).contains($0.value) }
    }

    /// What may stand beside digits, `inf` and `nan` among it.
    private static let others = Set("+-.eEinfatyINFATY".unicodeScalars)
}
