@_spi(_Unicode) import Swift

/// How accents are taken off texts (`strip_accents`, as scikit-learn's functions do it).
enum AccentStripping: String, Sendable, CaseIterable {
    /// Compatibility decomposition, then only what is ASCII stays.
    case ascii
    /// Compatibility decomposition, then combining characters go.
    case unicode

    func strip(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        if bytes.allSatisfy({ $0 < 0x80 }) { return Array(bytes) }
        var compatible = String.UnicodeScalarView()
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if let form = CompatibilityForms.decomposition(of: scalar) {
                compatible.append(contentsOf: form.unicodeScalars)
            } else {
                compatible.append(scalar)
            }
        }
        var output: [UInt8] = []
        for scalar in String(compatible)._nfd where keeps(scalar) {
            output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        return output
    }

    private func keeps(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .ascii: scalar.isASCII
        case .unicode: scalar.properties.canonicalCombiningClass == .notReordered
        }
    }
}
