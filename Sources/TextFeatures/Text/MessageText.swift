import PythonSemantics

/// A text as components see it: bytes in UTF-8, and the way between bytes and Unicode scalars, which all offsets of
/// Rasa count.
package struct MessageText: Sendable {
    package let bytes: [UInt8]
    /// Where each scalar begins, and the end; empty if the text is ASCII, where both ways of counting agree.
    private let starts: [Int32]

    /// A text without the white space around it (Python's `str.strip`).
    package init(stripping text: String) {
        let all = Array(text.utf8)
        var (start, end) = (0, all.count)
        while start < end {
            var next = start
            guard UTF8Reading.next(all, &next).isPythonSpace else { break }
            start = next
        }
        while let last = UTF8Reading.last(all, in: start..<end), last.isPythonSpace { end -= UTF8.width(last) }
        self.init(bytes: start == 0 && end == all.count ? all : Array(all[start..<end]))
    }

    package init(_ text: String) { self.init(bytes: Array(text.utf8)) }

    init(bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.allSatisfy({ $0 < 0x80 }) {
            starts = []
        } else {
            var starts: [Int32] = []
            starts.reserveCapacity(bytes.count + 1)
            for (index, byte) in bytes.enumerated() where !UTF8Reading.isContinuation(byte) {
                starts.append(Int32(truncatingIfNeeded: index))
            }
            starts.append(Int32(truncatingIfNeeded: bytes.count))
            self.starts = starts
        }
    }

    /// Whether every byte is a scalar.
    var isASCII: Bool { starts.isEmpty }

    var scalarCount: Int { isASCII ? bytes.count : starts.count - 1 }

    /// Where a scalar begins; `scalarCount` gives the end.
    func byteOffset(ofScalar index: Int) -> Int { isASCII ? index : Int(starts[index]) }

    /// How many scalars lie before a byte that begins one.
    package func scalarOffset(ofByte offset: Int) -> Int {
        if isASCII { return offset }
        var (low, high) = (0, starts.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if Int(starts[middle]) < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    package func string(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    func string(scalars range: Range<Int>) -> String {
        string(byteOffset(ofScalar: range.lowerBound)..<byteOffset(ofScalar: range.upperBound))
    }

    package var string: String { String(decoding: bytes, as: UTF8.self) }

    /// The first place at or after `start` where a part of the text occurs; there is one if the part lies behind.
    func firstOccurrence(of part: Range<Int>, from start: Int, in limits: Range<Int>? = nil) -> Int? {
        let end = limits?.upperBound ?? bytes.count
        guard !part.isEmpty else { return start <= end ? start : nil }
        var at = start
        while at + part.count <= end {
            if at == part.lowerBound { return at }
            if bytes[at] == bytes[part.lowerBound], bytes[at..<at + part.count].elementsEqual(bytes[part]) { return at }
            at += 1
        }
        return nil
    }
}
