/// Text that is not JSON, with the place where reading stopped.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong and what would be right there.
    public let reason: String
    /// Bytes before the place.
    public let offset: Int
    /// The line of the place, from 1.
    public let line: Int
    /// The byte within the line, from 1.
    public let column: Int
    /// Whether the text may be JSON, but holds more values than are allowed.
    public let isTooLarge: Bool

    init(_ reason: String, at offset: Int, in text: UnsafeRawBufferPointer, isTooLarge: Bool = false) {
        self.reason = reason
        self.isTooLarge = isTooLarge
        self.offset = offset
        let before = text.prefix(offset)
        line = before.count { $0 == UInt8(ascii: "\n") } + 1
        column = offset - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) + 1
    }

    public var description: String { "\(reason) (line \(line), column \(column))" }
}
