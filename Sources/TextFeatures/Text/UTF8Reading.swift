/// Reading scalars from bytes that are known to be UTF-8, because they come from a `String`.
package enum UTF8Reading {
    /// The scalar that starts at `at`, which moves behind it.
    @inline(__always)
    package static func next(_ bytes: [UInt8], _ at: inout Int) -> Unicode.Scalar {
        let first = bytes[at]
        at += 1
        if first < 0x80 { return Unicode.Scalar(first) }
        return rest(first, bytes, &at)
    }

    private static func rest(_ first: UInt8, _ bytes: [UInt8], _ at: inout Int) -> Unicode.Scalar {
        let following = width(first) - 1
        var value = UInt32(first) & (0x3F >> UInt32(following))
        for _ in 0..<following where at < bytes.count {
            value = value << 6 | UInt32(bytes[at] & 0x3F)
            at += 1
        }
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    /// The scalar that ends before `end`; nil at `start`.
    package static func last(_ bytes: [UInt8], in range: Range<Int>) -> Unicode.Scalar? {
        guard !range.isEmpty else { return nil }
        var at = range.upperBound - 1
        while at > range.lowerBound, isContinuation(bytes[at]) { at -= 1 }
        return next(bytes, &at)
    }

    /// The scalar that starts at the beginning of a range; nil if the range is empty.
    package static func first(_ bytes: [UInt8], in range: Range<Int>) -> Unicode.Scalar? {
        guard !range.isEmpty else { return nil }
        var at = range.lowerBound
        return next(bytes, &at)
    }

    /// The number of bytes of a scalar by its first byte.
    @inline(__always)
    static func width(_ first: UInt8) -> Int {
        if first < 0x80 { return 1 }
        return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    }

    /// Whether a byte is not the first of a scalar.
    @inline(__always)
    static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// The end of the first `count` scalars of a range, or the range's end if it has fewer.
    package static func end(ofFirst count: Int, in range: Range<Int>, of bytes: [UInt8]) -> Int {
        var at = range.lowerBound
        var left = count
        while left > 0, at < range.upperBound {
            at += width(bytes[at])
            left -= 1
        }
        return min(at, range.upperBound)
    }

    /// The start of the last `count` scalars of a range, or the range's start if it has fewer.
    package static func start(ofLast count: Int, in range: Range<Int>, of bytes: [UInt8]) -> Int {
        var at = range.upperBound
        var left = count
        while left > 0, at > range.lowerBound {
            at -= 1
            if !isContinuation(bytes[at]) { left -= 1 }
        }
        return at
    }
}
