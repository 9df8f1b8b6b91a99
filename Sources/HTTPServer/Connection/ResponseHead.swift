import NIOCore

/// How the end of a body is told.
enum BodyFraming: Equatable {
    case length(Int)
    case chunked
    /// By the end of the connection: streams for clients that do not know chunks.
    case close
    /// There is no body and no length: 204, 304.
    case none
}

extension ByteBuffer {
    /// Appends the head of a response with the blank line.
    mutating func writeHead(
        of response: HTTPResponse, framing: BodyFraming, isLast: Bool, isHTTP10: Bool, date: [UInt8]
    ) {
        writeStatusLine(response.status)
        switch framing {
        case .length(let count):
            writeStaticString("content-length: ")
            writeDecimal(count)
            writeStaticString("\r\n")
        case .chunked: writeStaticString("transfer-encoding: chunked\r\n")
        case .close, .none: break
        }
        if let type = response.contentType {
            writeStaticString("content-type: ")
            writeFieldValue(type)
            writeStaticString("\r\n")
        }
        for field in response.fields {
            writeString(field.name)
            writeStaticString(": ")
            writeFieldValue(field.value)
            writeStaticString("\r\n")
        }
        if isLast {
            writeStaticString("connection: close\r\n")
        } else if isHTTP10 {
            writeStaticString("connection: keep-alive\r\n")
        }
        writeStaticString("date: ")
        writeBytes(date)
        writeStaticString("\r\nserver: parley\r\n\r\n")
    }

    /// Appends one chunk of a body; an empty one would end it, so nothing is written for it.
    mutating func writeChunk(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        writeString(String(bytes.count, radix: 16))
        writeStaticString("\r\n")
        writeBytes(bytes)
        writeStaticString("\r\n")
    }

    private mutating func writeStatusLine(_ status: HTTPStatus) {
        guard status.code != 200 else {
            writeStaticString("HTTP/1.1 200 OK\r\n")
            return
        }
        writeStaticString("HTTP/1.1 ")
        writeDecimal(status.code)
        writeStaticString(" ")
        writeString(status.phrase)
        writeStaticString("\r\n")
    }

    private mutating func writeDecimal(_ value: Int) {
        writeString(String(value))
    }

    /// Control characters in a value would let it speak for the server; they become spaces.
    private mutating func writeFieldValue(_ value: String) {
        if value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            writeBytes(value.utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 })
        } else {
            writeString(value)
        }
    }
}
