#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The value of the `date` header, made once a second.
package struct HTTPDate {
    private var second = Int.min
    package private(set) var text: [UInt8] = []

    package init() {}

    /// The text for the present second, by the kernel's coarse clock.
    package mutating func current() -> [UInt8] {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        if time.tv_sec != second {
            second = time.tv_sec
            text = Array(TimeText.http(second).utf8)
        }
        return text
    }
}
