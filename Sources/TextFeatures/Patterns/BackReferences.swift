import CPCRE2

/// References to groups that do not distinguish case: Python compares the lowercase of each character, PCRE2 takes more
/// characters for the same, and others for different ones. So the text is compared here, while PCRE2 matches.
///
/// A reference is written as two callouts around a group that takes any text: at the first the text is compared, at the
/// second it is as long as what the group has matched, or PCRE2 goes on to take more.
final class BackReferences: Sendable {
    /// A reference by the names that its groups have in the expression.
    struct Name: Sendable, Hashable {
        let group: String
        /// The group around what the reference takes.
        let taken: String
        let isASCII: Bool
    }

    private struct Reference {
        let group: Int
        let taken: Int
        let isASCII: Bool
    }

    private let references: [Reference]

    /// The references of compiled code; nil if there are none.
    init?(_ names: [Name], _ code: OpaquePointer) {
        guard !names.isEmpty else { return nil }
        references = names.map {
            Reference(
                group: Int(pcre2_substring_number_from_name_8(code, $0.group)),
                taken: Int(pcre2_substring_number_from_name_8(code, $0.taken)), isASCII: $0.isASCII)
        }
    }

    /// The numbers of a reference's callouts; nil if there are none left.
    static func callouts(of index: Int) -> (comparison: Int, length: Int)? {
        index < 127 ? (2 * index + 1, 2 * index + 2) : nil
    }

    /// Calls `body` while matches with this memory are compared here.
    func during<Result>(_ scratch: PatternScratch, _ body: () -> Result) -> Result {
        let pointer = Unmanaged.passUnretained(self).toOpaque()
        pcre2_set_callout_8(
            scratch.context,
            { block, data in
                guard let block, let data else { return 1 }
                let references = Unmanaged<BackReferences>.fromOpaque(data).takeUnretainedValue()
                return references.holds(block.pointee) ? 0 : 1
            }, pointer)
        defer { pcre2_set_callout_8(scratch.context, nil, nil) }
        return withExtendedLifetime(self, body)
    }

    private func holds(_ block: pcre2_callout_block_8) -> Bool {
        let number = Int(block.callout_number) - 1
        guard references.indices.contains(number / 2) else { return false }
        let reference = references[number / 2]
        guard let group = Self.range(of: reference.group, block) else { return false }
        let text = UnsafeBufferPointer(start: block.subject, count: block.subject_length)
        if number % 2 == 1 {
            guard let taken = Self.range(of: reference.taken, block) else { return false }
            return Self.scalars(text, group) == Self.scalars(text, taken)
        }
        return Self.isSame(text, group, at: block.current_position, isASCII: reference.isASCII)
    }

    /// What a group has matched; nil if it has taken no part.
    private static func range(of group: Int, _ block: pcre2_callout_block_8) -> Range<Int>? {
        guard group > 0, group < Int(block.capture_top), let offsets = block.offset_vector else { return nil }
        let (start, end) = (offsets[2 * group], offsets[2 * group + 1])
        guard start >= 0, start <= end, end <= block.subject_length else { return nil }
        return start..<end
    }

    private static func scalars(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
        text[range].count { !UTF8Reading.isContinuation($0) }
    }

    private static func isSame(
        _ text: UnsafeBufferPointer<UInt8>, _ group: Range<Int>, at place: Int, isASCII: Bool
    ) -> Bool {
        var (first, second) = (group.lowerBound, place)
        while first < group.upperBound {
            guard second < text.count else { return false }
            let (a, b) = (scalar(text, &first), scalar(text, &second))
            guard lowercase(a, isASCII) == lowercase(b, isASCII) else { return false }
        }
        return true
    }

    private static func lowercase(_ scalar: UInt32, _ isASCII: Bool) -> UInt32 {
        isASCII && scalar >= 0x80 ? scalar : SimpleLowercase.mapping(of: scalar)
    }

    private static func scalar(_ text: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> UInt32 {
        let first = text[at]
        let width = UTF8Reading.width(first)
        var value = width == 1 ? UInt32(first) : UInt32(first) & (0x7F >> UInt32(width))
        for offset in 1..<max(1, width) where at + offset < text.count {
            value = value << 6 | UInt32(text[at + offset] & 0x3F)
        }
        at += width
        return value
    }
}
