@_spi(_Unicode) import Swift

/// How accents are taken off texts (`strip_accents`).
enum AccentStripping: String, Sendable, CaseIterable {
    case ascii
    case unicode

    func strip(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        if bytes.allSatisfy({ $0 < 0x80 }) { return Array(bytes) }
        var output: [UInt8] = []
        for scalar in String(decoding: bytes, as: UTF8.self)._nfd {
            output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        return output
    }
}
