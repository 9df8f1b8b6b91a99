import ExactText

/// What an extended header says about the member after it: lines of `length key=value`.
struct PaxHeader {
    var path: [UInt8]?
    var size: Int?

    /// Takes over what the header's content says; unknown keys do not matter.
    ///
    /// - Throws: ``ArchiveError`` with `.damaged` where a line's length is wrong, `.unsafeMember` for sparse files.
    mutating func read(_ content: [UInt8], archive: String) throws(ArchiveError) {
        let damaged = ArchiveError(.damaged, "\(archive) is damaged: an extended header cannot be read")
        var rest = content[...]
        while let first = rest.first, first != 0 {
            let digits = rest.prefix { $0 != UInt8(ascii: " ") }
            guard digits.count <= 6, let length = Int(String(decoding: digits, as: UTF8.self)),
                length > digits.count + 1, length <= rest.count
            else { throw damaged }
            let line = rest.prefix(length).dropFirst(digits.count + 1).dropLast()
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { throw damaged }
            let key = String(decoding: line[..<equals], as: UTF8.self)
            let value = line[(equals + 1)...]
            switch key {
            case "path": path = Array(value)
            case "size":
                guard let number = Int(String(decoding: value, as: UTF8.self)), number >= 0 else { throw damaged }
                size = number
            case _ where key.exact.hasPrefix("GNU.sparse"):
                throw ArchiveError(.unsafeMember, "\(archive) has a sparse file, which no model needs")
            default: break
            }
            rest = rest.dropFirst(length)
        }
    }
}
