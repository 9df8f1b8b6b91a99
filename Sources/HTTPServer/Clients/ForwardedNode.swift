/// What proxies write for one end of a connection: an address, with or without a port.
enum ForwardedNode {
    /// The address of `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` and `[2001:db8::1]:80`; nil for
    /// `unknown`, for names that a proxy made up (`_hidden`), and for what is none of these.
    static func address(_ text: some StringProtocol) -> IPAddress? {
        let text = Substring(text)
        let bytes = text.utf8
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let rest = bytes[bytes.index(after: end)...]
            guard rest.isEmpty || isPort(rest) else { return nil }
            let inside = text[bytes.index(after: bytes.startIndex)..<end]
            return inside.utf8.contains(UInt8(ascii: ":")) ? IPAddress(inside) : nil
        }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes.lastIndex(of: UInt8(ascii: ":")) == colon
        else {
            return IPAddress(text)
        }
        guard isPort(bytes[colon...]) else { return nil }
        return IPAddress(text[..<colon])
    }

    /// A colon, then a port or the name of one that is hidden.
    private static func isPort(_ bytes: some Collection<UInt8>) -> Bool {
        guard bytes.first == UInt8(ascii: ":") else { return false }
        let port = bytes.dropFirst()
        if port.first == UInt8(ascii: "_") { return port.count > 1 }
        return (1...5).contains(port.count) && port.allSatisfy { $0 &- 0x30 < 10 }
    }
}
