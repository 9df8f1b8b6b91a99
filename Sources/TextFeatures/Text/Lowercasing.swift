/// Python's `str.lower` on bytes in UTF-8.
package enum Lowercasing {
    /// Appends the lower-case form of a part of a text.
    package static func append(_ bytes: [UInt8], in range: Range<Int>, to output: inout [UInt8]) {
        var at = range.lowerBound
        while at < range.upperBound {
            let byte = bytes[at]
            if byte < 0x80 {
                output.append(0x41...0x5A ~= byte ? byte | 0x20 : byte)
                at += 1
                continue
            }
            let start = at
            let scalar = UTF8Reading.next(bytes, &at)
            if scalar == "\u{3A3}" {
                let isFinal = isFinalSigma(bytes, before: range.lowerBound..<start, after: at..<range.upperBound)
                output.append(contentsOf: (isFinal ? "\u{3C2}" : "\u{3C3}").utf8)
            } else if scalar.properties.changesWhenLowercased {
                output.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
            } else {
                output.append(contentsOf: bytes[start..<at])
            }
        }
    }

    /// The lower-case form of a text.
    package static func lowercased(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        append(bytes, in: 0..<bytes.count, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// A sigma ends a word if a cased letter comes before it and none after it, case-ignorable characters left aside.
    private static func isFinalSigma(_ bytes: [UInt8], before: Range<Int>, after: Range<Int>) -> Bool {
        var end = before.upperBound
        var isPreceded = false
        while let scalar = UTF8Reading.last(bytes, in: before.lowerBound..<end) {
            if !scalar.properties.isCaseIgnorable {
                isPreceded = scalar.properties.isCased
                break
            }
            end -= UTF8.width(scalar)
        }
        guard isPreceded else { return false }
        var at = after.lowerBound
        while at < after.upperBound {
            let scalar = UTF8Reading.next(bytes, &at)
            if !scalar.properties.isCaseIgnorable { return !scalar.properties.isCased }
        }
        return true
    }
}
