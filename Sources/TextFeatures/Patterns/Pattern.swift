import CPCRE2

/// A regular expression written for Python's `re`, over UTF-8.
///
/// Unchecked: compiled code is not changed by matching, and may be used by several threads at once (PCRE2's
/// documentation).
package final class Pattern: @unchecked Sendable {
    /// One place where the pattern was found, in bytes.
    struct Match {
        let whole: Range<Int>
        /// What the first group took; nil if there is no group or it took no part.
        let firstGroup: Range<Int>?
    }

    let groups: Int
    private let code: OpaquePointer
    private let references: BackReferences?

    /// Compiles an expression.
    ///
    /// - Throws: ``PatternError`` with what is wrong and where.
    package init(_ expression: String, ignoringCase: Bool = false) throws(PatternError) {
        let (branches, flags, groups) = try PatternParser.parse(expression)
        let writer = try PatternWriter(expression, branches, ignoringCase ? flags.union(.ignoreCase) : flags)
        let options =
            PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_ALT_CIRCUMFLEX | PCRE2_USE_OFFSET_LIMIT
        let context = pcre2_compile_context_create_8(nil)
        defer { pcre2_compile_context_free_8(context) }
        // The dot of `re` stops at a line feed only.
        pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
        pcre2_set_parens_nest_limit_8(context, 1000)
        var (error, offset): (Int32, Int) = (0, 0)
        let compiled = writer.text.withUnsafeBufferPointer {
            pcre2_compile_8($0.baseAddress, $0.count, options, &error, &offset, context)
        }
        guard let compiled else {
            throw PatternError(expression: expression, reason: Self.message(of: error))
        }
        code = compiled
        self.groups = groups
        references = BackReferences(writer.references, compiled)
        // Without machine code (a system that forbids it) matching is slower and otherwise the same.
        pcre2_jit_compile_8(compiled, PCRE2_JIT_COMPLETE)
    }

    deinit { pcre2_code_free_8(code) }

    private static func message(of error: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let length = pcre2_get_error_message_8(error, &buffer, buffer.count)
        return length > 0 ? String(decoding: buffer.prefix(Int(length)), as: UTF8.self) : "error \(error)"
    }

    /// All matches from left to right without overlaps, as Python's `finditer` gives them: an empty match may follow
    /// directly on another one, but not on an empty one at the same place.
    ///
    /// - Parameter within: The part to search, which the pattern takes for the whole text.
    func forEachMatch(
        in bytes: [UInt8], within: Range<Int>? = nil, using scratch: PatternScratch, _ body: (Match) -> Void
    ) {
        search(bytes, within ?? 0..<bytes.count, scratch) {
            body($0)
            return true
        }
    }

    package func isFound(in bytes: [UInt8], using scratch: PatternScratch) -> Bool {
        var found = false
        search(bytes, 0..<bytes.count, scratch) { _ in
            found = true
            return false
        }
        return found
    }

    /// Calls `body` for each match until it returns false.
    private func search(
        _ bytes: [UInt8], _ part: Range<Int>, _ scratch: PatternScratch, _ body: (Match) -> Bool
    ) {
        guard let references else { return find(bytes, part, scratch, body) }
        references.during(scratch) { find(bytes, part, scratch, body) }
    }

    private func find(
        _ bytes: [UInt8], _ part: Range<Int>, _ scratch: PatternScratch, _ body: (Match) -> Bool
    ) {
        var nothing: UInt8 = 0
        bytes.withUnsafeBufferPointer { all in
            withUnsafePointer(to: &nothing) { empty in
                let subject = UnsafeBufferPointer(
                    start: all.baseAddress.map { $0 + part.lowerBound } ?? empty, count: part.count)
                var (start, options): (Int, UInt32) = (0, 0)
                let isLong = part.count > Self.startsAtOnce
                while start <= part.count {
                    guard scratch.mayGoOn(isLong: isLong) else { return }
                    let last = start + Self.startsAtOnce
                    guard let (whole, group) = match(subject, start..<last, options, scratch) else {
                        // Each place of a text can cost as much as all behind it.
                        guard isLong, last <= part.count, !scratch.isExhausted else { return }
                        start = Self.scalarStart(subject, last)
                        options = 0
                        continue
                    }
                    let shifted = group.map { $0.lowerBound + part.lowerBound..<$0.upperBound + part.lowerBound }
                    let next = Match(
                        whole: whole.lowerBound + part.lowerBound..<whole.upperBound + part.lowerBound,
                        firstGroup: shifted)
                    guard body(next) else { return }
                    start = whole.upperBound
                    options = whole.isEmpty ? PCRE2_NOTEMPTY_ATSTART : 0
                }
            }
        }
    }

    /// So many places are tried before the clock is looked at.
    private static let startsAtOnce = 1024

    /// The first place at or before `place` where a scalar begins.
    private static func scalarStart(_ subject: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int {
        var place = place
        while place > 0, subject[place] & 0xC0 == 0x80 { place -= 1 }
        return place
    }

    private func match(
        _ subject: UnsafeBufferPointer<UInt8>, _ starts: Range<Int>, _ options: UInt32, _ scratch: PatternScratch
    ) -> (whole: Range<Int>, group: Range<Int>?)? {
        // Strings are valid UTF-8, and matches end at scalars.
        let options = options | PCRE2_NO_UTF_CHECK
        let start = starts.lowerBound
        pcre2_set_offset_limit_8(scratch.context, starts.upperBound < subject.count ? starts.upperBound - 1 : ~0)
        var result = pcre2_match_8(
            code, subject.baseAddress, subject.count, start, options, scratch.match, scratch.context)
        if result == PCRE2_ERROR_JIT_STACKLIMIT {
            result = pcre2_match_8(
                code, subject.baseAddress, subject.count, start, options | PCRE2_NO_JIT, scratch.match, scratch.context)
        }
        switch result {
        case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_HEAPLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_NOMEMORY:
            scratch.noteGivenUp()
        default: break
        }
        // Nothing found, or given up at a limit.
        guard result >= 0, let offsets = pcre2_get_ovector_pointer_8(scratch.match), offsets[0] <= offsets[1] else {
            return nil
        }
        let whole = offsets[0]..<offsets[1]
        let hasGroup = groups > 0 && (result == 0 || result > 1) && offsets[2] >= 0 && offsets[2] <= offsets[3]
        return (whole, hasGroup ? offsets[2]..<offsets[3] : nil)
    }
}

/// A regular expression that cannot be compiled.
package struct PatternError: Error, CustomStringConvertible {
    let expression: String
    let reason: String

    package var description: String { "the regular expression '\(expression)' cannot be used: \(reason)" }
}
