/// What a proxy says of a connection before its first byte: the PROXY protocol, versions 1 (text) and 2 (binary), as
/// HAProxy defines it.
enum ProxyHeader {
    /// Whose connection it is.
    enum Source: Equatable {
        case client(Peer)
        /// The proxy's own, such as its health checks.
        case proxy
    }

    enum Progress: Equatable {
        case incomplete
        /// The header is whole, and so many bytes long.
        case complete(Source, length: Int)
        case malformed(Problem)
    }

    enum Problem: String, Equatable {
        case noHeader = "it does not begin with a header of the PROXY protocol"
        case tooLong = "the header is too long"
        case badLine = "the header of version 1 is not well-formed"
        case badVersion = "the header's version is not 1 or 2"
        case badCommand = "the header's command is neither LOCAL nor PROXY"
        case badFamily = "the header's addresses are not of TCP or of a UNIX stream socket"
        case tooShort = "the header is too short for its addresses"
    }

    /// The longest header of version 1, as the protocol has it.
    private static let maxLine = 107
    /// Of version 2 with its extensions, which are not read. The protocol allows for 64 KiB; proxies send some hundred
    /// bytes.
    static let maxBytes = 4096
    private static let lineStart = Array("PROXY ".utf8)
    private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]
    private static let binaryHead = 16

    /// Reads the bytes that came so far, from the first on.
    static func read(_ bytes: ArraySlice<UInt8>) -> Progress {
        if begins(bytes, with: signature) { return readBinary(bytes) }
        if begins(bytes, with: lineStart) { return readLine(bytes) }
        return .malformed(.noHeader)
    }

    /// Whether the bytes begin with others, as far as there are any.
    private static func begins(_ bytes: ArraySlice<UInt8>, with others: [UInt8]) -> Bool {
        zip(bytes, others).allSatisfy { $0 == $1 }
    }

    // MARK: Version 1

    private static func readLine(_ bytes: ArraySlice<UInt8>) -> Progress {
        guard let end = bytes.prefix(maxLine).firstIndex(of: 0x0A) else {
            return bytes.count < maxLine ? .incomplete : .malformed(.tooLong)
        }
        let length = end - bytes.startIndex + 1
        guard length > lineStart.count + 1, bytes[end - 1] == 0x0D else { return .malformed(.badLine) }
        let words = bytes[(bytes.startIndex + lineStart.count)..<(end - 1)]
            .split(separator: 0x20, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        // What else may stand behind UNKNOWN has no meaning.
        if words[0].utf8.elementsEqual("UNKNOWN".utf8) { return .complete(.proxy, length: length) }
        guard words.count == 5, let source = IPAddress(words[1]), let target = IPAddress(words[2]),
            isPort(words[3]), isPort(words[4])
        else { return .malformed(.badLine) }
        let isVersion6 = { (text: String) in text.utf8.contains(UInt8(ascii: ":")) }
        switch words[0] {
        case "TCP4" where source.isVersion4 && target.isVersion4 && !isVersion6(words[1]) && !isVersion6(words[2]):
            break
        case "TCP6" where isVersion6(words[1]) && isVersion6(words[2]): break
        default: return .malformed(.badLine)
        }
        return .complete(.client(.address(source)), length: length)
    }

    private static func isPort(_ text: String) -> Bool {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ $0 &- 0x30 < 10 }), UInt16(text) != nil else {
            return false
        }
        return text.utf8.count == 1 || text.utf8.first != 0x30
    }

    // MARK: Version 2

    private static func readBinary(_ bytes: ArraySlice<UInt8>) -> Progress {
        guard bytes.count >= binaryHead else { return .incomplete }
        let head = Array(bytes.prefix(binaryHead))
        guard head[12] >> 4 == 2 else { return .malformed(.badVersion) }
        let length = binaryHead + (Int(head[14]) << 8 | Int(head[15]))
        guard length <= maxBytes else { return .malformed(.tooLong) }
        let (command, family) = (head[12] & 15, head[13])
        guard command <= 1 else { return .malformed(.badCommand) }
        guard bytes.count >= length else { return .incomplete }
        let addresses = bytes.dropFirst(binaryHead).prefix(length - binaryHead)
        // The proxy's own connections, and families that it does not tell.
        if command == 0 || family == 0 { return .complete(.proxy, length: length) }
        let source: Peer?
        switch family {
        case 0x11: source = addresses.count >= 12 ? IPAddress(bytes: addresses.prefix(4)).map { .address($0) } : nil
        case 0x21: source = addresses.count >= 36 ? IPAddress(bytes: addresses.prefix(16)).map { .address($0) } : nil
        case 0x31: source = addresses.count >= 216 ? .unixSocket : nil
        default: return .malformed(.badFamily)
        }
        return source.map { .complete(.client($0), length: length) } ?? .malformed(.tooShort)
    }
}
