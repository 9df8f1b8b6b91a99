package import ExactText

/// A tag of a word: `O` for none, or a kind of entity, with a prefix for its place in the entity if BILOU is used.
package struct Tag: Sendable, Hashable {
    /// The place of a word in an entity.
    enum Prefix: UInt8, Sendable {
        case beginning = 0x42
        case inside = 0x49
        case last = 0x4C
        case unit = 0x55
    }

    var prefix: Prefix?
    /// The kind of entity, role or group; `O` for none.
    package var name: ExactString

    package static let none = Tag(prefix: nil, name: "O")

    var isNone: Bool { prefix == nil && name == Self.none.name }

    init(prefix: Prefix?, name: ExactString) { (self.prefix, self.name) = (prefix, name) }

    package init(_ text: String) {
        let bytes = text.utf8
        if bytes.count >= 2, let first = bytes.first, let prefix = Prefix(rawValue: first),
            bytes[bytes.index(after: bytes.startIndex)] == UInt8(ascii: "-")
        {
            self.init(prefix: prefix, name: String(text.unicodeScalars.dropFirst(2)).exact)
        } else {
            self.init(prefix: nil, name: text.exact)
        }
    }
}

/// The tags of a message's words of one kind (entity, role or group), with confidences.
package struct TagSequence: Sendable, Hashable {
    package var tags: [Tag]
    package var confidences: [Double]

    package init(tags: [Tag], confidences: [Double]) {
        self.tags = tags
        self.confidences = confidences
    }
}
