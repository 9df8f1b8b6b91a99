/// What a server says of its response's body in `Content-Type`, read as Rasa's client of HTTP reads it.
struct ContentType {
    /// The kind, such as `application/json`, in lower case.
    private let kind: ArraySlice<UInt8>
    /// The name of the charset in lower case; nil where none is named.
    let charset: String?

    init(_ text: String) {
        let parts = Array(text.lowercased().utf8)
            .split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        kind = Self.trimmed(parts.first ?? [])
        charset = parts.dropFirst().lazy.map { $0.split(separator: UInt8(ascii: "="), maxSplits: 1) }
            .first { $0.count == 2 && Self.trimmed($0[0]).elementsEqual("charset".utf8) }
            .map { String(decoding: Self.trimmed($0[1]), as: UTF8.self) }
    }

    /// `application/json`, `application/problem+json` and the like.
    var isJSON: Bool {
        let family = "application/".utf8
        guard kind.starts(with: family) else { return false }
        let name = kind.dropFirst(family.count)
        return name.starts(with: "json".utf8) || name.contains(Array("+json".utf8))
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isAround(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == UInt8(ascii: "\"") }
        let start = text.drop(while: isAround)
        guard let end = start.lastIndex(where: { !isAround($0) }) else { return [] }
        return start[...end]
    }
}
