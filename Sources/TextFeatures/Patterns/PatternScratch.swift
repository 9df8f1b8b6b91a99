import CPCRE2
import Glibc
import Offloading

/// Memory of pattern matches, kept between calls, and the time that is left for one text; one per thread.
package final class PatternScratch {
    let match: OpaquePointer?
    let context: OpaquePointer?
    /// How much the patterns of one text may cost, so that no text makes them search for ever.
    package struct Effort: Sendable {
        /// Steps of a match before it is given up.
        let steps: UInt32
        /// Processor time of all matches together, in nanoseconds.
        let time: UInt64
        /// Whether a match that is given up ends the search of all patterns, because all of it is to be done again.
        var isAttempt = false

        /// What is spent where others wait: some milliseconds.
        package static let quick = Effort(steps: 50_000, time: 8_000_000, isAttempt: true)
        /// What is spent elsewhere on one text.
        package static let whole = Effort(steps: 1_000_000, time: 1_000_000_000)
        /// What is spent in training on one text.
        package static let training = Effort(steps: 1_000_000, time: 10_000_000_000)
    }

    private static let heapLimitInKilobytes: UInt32 = 20_000
    private var effort = Effort.training
    /// When the text at hand was begun, in the thread's processor time; nil until its patterns have cost something.
    private var began: UInt64?
    private var matches = 0
    /// Whether no pattern is looked for in the text at hand any more.
    package private(set) var isExhausted = false

    package init() {
        // Room for the whole match and its first group; no caller looks at further groups.
        match = pcre2_match_data_create_8(2, nil)
        context = pcre2_match_context_create_8(nil)
        pcre2_set_match_limit_8(context, effort.steps)
        pcre2_set_heap_limit_8(context, Self.heapLimitInKilobytes)
    }

    package func begin(_ effort: Effort) {
        if effort.steps != self.effort.steps { pcre2_set_match_limit_8(context, effort.steps) }
        self.effort = effort
        began = nil
        matches = 0
        isExhausted = false
    }

    func noteGivenUp() { if effort.isAttempt { isExhausted = true } }

    /// To be asked before each match, whether it may begin.
    ///
    /// - Parameter isLong: Whether the matches take long, so that each of them is looked at.
    func mayGoOn(isLong: Bool) -> Bool {
        matches &+= 1
        guard !isExhausted, isLong || matches % Self.matchesUnseen == 0 else { return !isExhausted }
        Checkpoint.yield()
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        let now = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        guard let began else {
            began = now
            return true
        }
        isExhausted = now - began > effort.time
        return !isExhausted
    }

    /// To look at the clock costs as much as a short match.
    private static let matchesUnseen = 16

    deinit {
        pcre2_match_data_free_8(match)
        pcre2_match_context_free_8(context)
    }
}
