/// What may be called on behalf of whoever names an address: servers over HTTP, and nothing of this machine besides.
public enum HTTPAddress {
    /// Whether a text is an address that begins with `http://` or `https://`, upper and lower case alike, and names a
    /// host. Clients of HTTP know further schemes, such as `http+unix` for the sockets of this machine.
    public static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let scheme = bytes[..<colon].map { $0 | 0x20 }
        guard scheme.elementsEqual("http".utf8) || scheme.elementsEqual("https".utf8) else { return false }
        let rest = bytes[(colon + 1)...]
        guard rest.starts(with: "//".utf8), let first = rest.dropFirst(2).first else { return false }
        return !"/?#:@".utf8.contains(first)
    }

    /// Where an address that ``isValid(_:)`` refuses must begin, for messages.
    public static let rule = "an address that begins with http:// or https:// and names a host"
}
