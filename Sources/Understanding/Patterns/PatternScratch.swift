internal import CPCRE2

/// Memory of pattern matches, kept between calls; one per thread.
package final class PatternScratch {
    let match: OpaquePointer?
    let context: OpaquePointer?

    /// Steps of a match before it is given up; a pattern that needs more on one message would hold a worker for long.
    private static let stepLimit: UInt32 = 1_000_000
    private static let heapLimitInKilobytes: UInt32 = 20_000

    package init() {
        // Room for the whole match and its first group; no caller looks at further groups.
        match = pcre2_match_data_create_8(2, nil)
        context = pcre2_match_context_create_8(nil)
        pcre2_set_match_limit_8(context, Self.stepLimit)
        pcre2_set_heap_limit_8(context, Self.heapLimitInKilobytes)
    }

    deinit {
        pcre2_match_data_free_8(match)
        pcre2_match_context_free_8(context)
    }
}
