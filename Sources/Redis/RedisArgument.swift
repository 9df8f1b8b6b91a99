import NIOCore

/// One word of a command; any bytes are allowed.
package enum RedisArgument: Sendable, Hashable {
    case text(String)
    case bytes([UInt8])
    /// A whole number, sent in decimal.
    case integer(Int)
}

extension RedisArgument: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
}

extension ByteBuffer {
    /// Appends a command as an array of bulk strings.
    mutating func write(command arguments: [RedisArgument]) {
        writeHeader(UInt8(ascii: "*"), arguments.count)
        for argument in arguments {
            switch argument {
            case .text(let text):
                writeHeader(UInt8(ascii: "$"), text.utf8.count)
                writeString(text)
            case .bytes(let bytes):
                writeHeader(UInt8(ascii: "$"), bytes.count)
                writeBytes(bytes)
            case .integer(let value):
                let digits = String(value)
                writeHeader(UInt8(ascii: "$"), digits.utf8.count)
                writeString(digits)
            }
            writeStaticString("\r\n")
        }
    }

    private mutating func writeHeader(_ kind: UInt8, _ count: Int) {
        writeInteger(kind)
        writeString(String(count))
        writeStaticString("\r\n")
    }
}
