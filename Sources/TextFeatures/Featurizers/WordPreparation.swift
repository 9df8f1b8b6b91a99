import PythonSemantics

/// What Rasa's `CountVectorsFeaturizer` does to a word before it is analysed: numbers become one mark, letters small.
struct WordPreparation: Sendable {
    let lowercases: Bool

    private static let number = Array("__NUMBER__".utf8)
    private static let lowercaseNumber = Array("__number__".utf8)

    /// Appends the prepared form of a word.
    func append(_ bytes: [UInt8], in range: Range<Int>, to output: inout [UInt8]) {
        var from = range.lowerBound
        var at = range.lowerBound
        while at < range.upperBound {
            guard Self.isDigit(bytes[at]) else {
                at += 1
                continue
            }
            let start = at
            while at < range.upperBound, Self.isDigit(bytes[at]) { at += 1 }
            if isWord(UTF8Reading.last(bytes, in: range.lowerBound..<start))
                || isWord(UTF8Reading.first(bytes, in: at..<range.upperBound))
            {
                continue
            }
            append(plain: bytes, in: from..<start, to: &output)
            output.append(contentsOf: lowercases ? Self.lowercaseNumber : Self.number)
            from = at
        }
        append(plain: bytes, in: from..<range.upperBound, to: &output)
    }

    private func append(plain bytes: [UInt8], in range: Range<Int>, to output: inout [UInt8]) {
        if lowercases {
            Lowercasing.append(bytes, in: range, to: &output)
        } else {
            output.append(contentsOf: bytes[range])
        }
    }

    private func isWord(_ scalar: Unicode.Scalar?) -> Bool { scalar?.isPythonWord ?? false }

    private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }
}
