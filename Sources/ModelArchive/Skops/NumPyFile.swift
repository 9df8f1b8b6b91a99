/// An array in NumPy's file format.
struct NumPyFile {
    let bytes: [UInt8]

    init(shape: [Int], numbers: [Double]) {
        self.init("<f8", shape, numbers.flatMap { Self.bytes($0.bitPattern) })
    }

    init(integers: [Int32]) {
        self.init("<i4", [integers.count], integers.flatMap { Self.bytes(UInt32(bitPattern: $0)) })
    }

    /// Texts, of which each has as much room as the longest one needs.
    init(texts: [String]) {
        let length = max(1, texts.map(\.unicodeScalars.count).max() ?? 1)
        var content: [UInt8] = []
        for text in texts {
            for scalar in text.unicodeScalars { content += Self.bytes(scalar.value) }
            content += repeatElement(0, count: 4 * (length - text.unicodeScalars.count))
        }
        self.init("<U\(length)", [texts.count], content)
    }

    private init(_ type: String, _ shape: [Int], _ content: [UInt8]) {
        let sizes = shape.count == 1 ? "\(shape[0])," : shape.map(String.init).joined(separator: ", ")
        var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
        // With the ten bytes before it and its end of line the header fills blocks of 64 bytes.
        header += String(repeating: " ", count: (64 - (header.utf8.count + 11) % 64) % 64) + "\n"
        bytes =
            [0x93] + Array("NUMPY".utf8) + [1, 0] + Self.bytes(UInt16(truncatingIfNeeded: header.utf8.count))
            + Array(header.utf8) + content
    }

    private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
