/// Whole numbers in texts, as Python's `int` reads them: digits of any script with single underscores between them, a
/// sign before, and white space around it all.
enum PythonInteger {
    /// - Returns: Nil where Python fails, or where the number is beyond all measure.
    static func read(_ text: String) -> Double? {
        var rest = text.drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        var number = 0.0
        for group in rest.split(separator: "_", omittingEmptySubsequences: false) {
            guard !group.isEmpty else { return nil }
            for scalar in group.unicodeScalars {
                guard scalar.properties.numericType == .decimal, let digit = scalar.properties.numericValue else {
                    return nil
                }
                number = number * 10 + digit
            }
        }
        guard number.isFinite else { return nil }
        return isNegative ? -number : number
    }
}
