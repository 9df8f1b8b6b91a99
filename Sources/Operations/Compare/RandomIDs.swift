/// Ids as UUIDs are written, with dashes or without, wherever a text has them.
enum RandomIDs {
    /// The lengths of the groups of digits between dashes.
    private static let forms = [[8, 4, 4, 4, 12], [32]]

    /// The text with another text in the place of each id.
    static func masked(_ text: String, by mask: String) -> String {
        let bytes = Array(text.utf8)
        var masked: [UInt8] = []
        var at = 0
        while at < bytes.count {
            if at == 0 || !isWord(bytes[at - 1]), let end = end(ofIDAt: at, in: bytes) {
                masked += mask.utf8
                at = end
            } else {
                masked.append(bytes[at])
                at += 1
            }
        }
        return masked.count == bytes.count ? text : String(decoding: masked, as: UTF8.self)
    }

    private static func end(ofIDAt start: Int, in bytes: [UInt8]) -> Int? {
        for form in forms {
            var at = start
            var isWhole = true
            for (number, length) in form.enumerated() {
                if number > 0 {
                    isWhole = isWhole && at < bytes.count && bytes[at] == UInt8(ascii: "-")
                    at += 1
                }
                isWhole = isWhole && at + length <= bytes.count && bytes[at..<at + length].allSatisfy(isDigit)
                guard isWhole else { break }
                at += length
            }
            if isWhole, at == bytes.count || !isWord(bytes[at]) { return at }
        }
        return nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte | 0x20
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    }
}
