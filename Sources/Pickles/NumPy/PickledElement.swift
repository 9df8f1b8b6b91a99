import ExactText

/// The type of an array's elements (`numpy.dtype`).
package struct PickledElement: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case truth, whole, unsigned, floating, text, bytes, object
    }

    package let kind: Kind
    /// Bytes of an element; for an array of objects those of a pointer.
    package let width: Int
    /// Whether an element's highest byte comes first.
    package let isBigEndian: Bool

    /// Reads a pickled type; nil for other values, and for types that are not read (of complex numbers, dates, records).
    package init?(_ value: PickleValue) {
        guard let object = value.object(.elementType), let written = object.arguments.first?.text else { return nil }
        let state = object.state?.elements ?? []
        let order = state.count > 1 ? state[1].text : nil
        self.init(written: written, isBigEndian: order == ">")
    }

    private init?(written: String, isBigEndian: Bool) {
        var scalars = written.exact.unicodeScalars[...]
        var isBigEndian = isBigEndian
        if let first = scalars.first, ["<", ">", "|", "="].contains(first) {
            isBigEndian = first == ">"
            scalars = scalars.dropFirst()
        }
        guard let letter = scalars.first, let size = Int(String(scalars.dropFirst())), (0...1 << 20).contains(size)
        else { return nil }
        switch (letter, size) {
        case ("b", 1): kind = .truth
        case ("i", 1), ("i", 2), ("i", 4), ("i", 8): kind = .whole
        case ("u", 1), ("u", 2), ("u", 4), ("u", 8): kind = .unsigned
        case ("f", 4), ("f", 8): kind = .floating
        case ("U", _): kind = .text
        case ("S", _): kind = .bytes
        case ("O", _): kind = .object
        default: return nil
        }
        width = letter == "U" ? size * 4 : size
        self.isBigEndian = isBigEndian
    }
}
