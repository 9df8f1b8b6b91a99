import ExactText

/// The name of an archive, as it is shown. What the file is called on disk never depends on it.
enum ArchiveName {
    /// What an archive is called that has no name of its own.
    static let defaultName = "model.tar.gz"

    private static let maxLength = 255

    /// A name that another program gave, if it is one that does no harm; else the default one.
    static func harmless(_ given: String?) -> String {
        guard let given, given.exact.hasSuffix(".tar.gz"), given.utf8.count <= maxLength,
            given.utf8.first != UInt8(ascii: "."),
            given.unicodeScalars.allSatisfy({ isHarmless($0) })
        else { return defaultName }
        return given
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "/", "\\": false
        default: scalar.value >= 0x20 && scalar.value != 0x7F && !scalar.properties.isNoncharacterCodePoint
        }
    }
}
