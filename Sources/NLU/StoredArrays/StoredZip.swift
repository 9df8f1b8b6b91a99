import ExactText

/// The members of a zip file that are stored as they are, which is how `skops` writes its files.
struct StoredZip {
    private let bytes: [UInt8]
    private var members: [ExactString: Range<Int>] = [:]

    private static let directoryEnd: [UInt8] = [0x50, 0x4B, 5, 6]
    private static let directoryEntry: [UInt8] = [0x50, 0x4B, 1, 2]
    private static let memberStart: [UInt8] = [0x50, 0x4B, 3, 4]

    /// Reads the directory of a zip file; nil if it is none, or if a member is compressed or lies outside.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard let end = Self.lastPlace(of: Self.directoryEnd, in: bytes), let count = number(end + 10, 2),
            let start = number(end + 16, 4)
        else { return nil }
        var at = start
        for _ in 0..<count {
            guard has(Self.directoryEntry, at: at), let method = number(at + 10, 2), method == 0,
                let size = number(at + 20, 4), let nameSize = number(at + 28, 2), let extraSize = number(at + 30, 2),
                let commentSize = number(at + 32, 2), let member = number(at + 42, 4),
                at + 46 + nameSize <= bytes.count,
                has(Self.memberStart, at: member), let ownName = number(member + 26, 2),
                let ownExtra = number(member + 28, 2)
            else { return nil }
            let content = member + 30 + ownName + ownExtra
            guard content <= bytes.count, size <= bytes.count - content else { return nil }
            members[String(decoding: bytes[at + 46..<at + 46 + nameSize], as: UTF8.self)] = content..<content + size
            at += 46 + nameSize + extraSize + commentSize
        }
    }

    /// The bytes of a member; nil if there is none of this name.
    subscript(name: String) -> ArraySlice<UInt8>? { members[name].map { bytes[$0] } }

    private static func lastPlace(of mark: [UInt8], in bytes: [UInt8]) -> Int? {
        // The end may be followed by a comment of up to 65,535 bytes.
        let lowest = max(0, bytes.count - 22 - 0xFFFF)
        guard bytes.count >= 22 else { return nil }
        return (lowest...bytes.count - 22).last { bytes[$0..<$0 + 4].elementsEqual(mark) }
    }

    private func has(_ mark: [UInt8], at place: Int) -> Bool {
        place >= 0 && place + 4 <= bytes.count && bytes[place..<place + 4].elementsEqual(mark)
    }

    private func number(_ place: Int, _ count: Int) -> Int? {
        guard place >= 0, place + count <= bytes.count else { return nil }
        return bytes[place..<place + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
