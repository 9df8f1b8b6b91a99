internal import CPCRE2
internal import Glibc

/// Memory of pattern matches, kept between calls, and the time that is left for one text; one per thread.
package final class PatternScratch {
    let match: OpaquePointer?
    let context: OpaquePointer?
    /// Processor time at which searches in the current text are given up; nil before the first that asks.
    private var deadline: Int64?
    private var allowance = PatternScratch.minTime
    /// Whether a search in the current text was given up because all together took too long.
    private(set) var isExhausted = false

    /// Texts up to so many bytes are searched in one go.
    static let shortText = 128
    /// Places at which a search in a longer text may begin before it is asked whether there is time left.
    static let slice = 128

    /// Steps of a match at one place before the search is given up.
    private static let maxSteps = 200_000
    /// The same times the length of the text, all of which a step may look at.
    private static let maxLooks = 200_000_000
    private static let heapLimitInKilobytes: UInt32 = 20_000
    /// Processor time for all searches in one text, in nanoseconds.
    private static let minTime: Int64 = 50_000_000
    private static let timePerByte: Int64 = 100_000

    package init() {
        // Room for the whole match and its first group; no caller looks at further groups.
        match = pcre2_match_data_create_8(2, nil)
        context = pcre2_match_context_create_8(nil)
        pcre2_set_heap_limit_8(context, Self.heapLimitInKilobytes)
        startText(bytes: 0)
    }

    deinit {
        pcre2_match_data_free_8(match)
        pcre2_match_context_free_8(context)
    }

    /// Begins a new text, for which all of its time is left.
    package func startText(bytes: Int) {
        deadline = nil
        isExhausted = false
        allowance = Self.minTime + Self.timePerByte * Int64(bytes)
        pcre2_set_match_limit_8(context, UInt32(min(Self.maxSteps, Self.maxLooks / max(1, bytes))))
    }

    /// Whether there is time left for the current text.
    func hasTime() -> Bool {
        if isExhausted { return false }
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        let now = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        let deadline = deadline ?? now + allowance
        self.deadline = deadline
        isExhausted = now >= deadline
        return !isExhausted
    }
}
