/// Text that is not JSON, with the place where reading stopped.
package struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong and what would be right there.
    package let reason: String
    /// Bytes before the place.
    package let offset: Int
    /// The line of the place, from 1.
    package let line: Int
    /// The byte within the line, from 1.
    package let column: Int
    /// Whether the text may be JSON, but holds more values than are allowed.
    package let isTooLarge: Bool

    init(_ reason: String, at offset: Int, in text: UnsafeRawBufferPointer, isTooLarge: Bool = false) {
        self.reason = reason
        self.isTooLarge = isTooLarge
        self.offset = offset
        let before = text.prefix(offset)
        line = before.count { $0 == UInt8(ascii: "\n") } + 1
        column = offset - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) + 1
    }

    /// One sentence with line and column.
    package var description: String { "\(reason) (line \(line), column \(column))" }
}
