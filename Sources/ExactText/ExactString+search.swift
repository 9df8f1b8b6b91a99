extension ExactString {
    /// Whether the text begins with another.
    public func hasPrefix(_ prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }

    /// Whether the text ends with another.
    public func hasSuffix(_ suffix: String) -> Bool {
        utf8.count >= suffix.utf8.count && utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }

    /// What follows another text at the beginning; nil where the text begins otherwise.
    public func removingPrefix(_ prefix: String) -> Substring? {
        hasPrefix(prefix) ? string[utf8.index(utf8.startIndex, offsetBy: prefix.utf8.count)...] : nil
    }

    /// What comes before another text at the end; nil where the text ends otherwise.
    public func removingSuffix(_ suffix: String) -> Substring? {
        hasSuffix(suffix) ? string[..<utf8.index(utf8.endIndex, offsetBy: -suffix.utf8.count)] : nil
    }

    /// Whether a code point is in the text.
    public func contains(_ scalar: Unicode.Scalar) -> Bool { unicodeScalars.contains(scalar) }

    /// Whether another text is in this one; an empty one is in every text.
    public func contains(text: String) -> Bool { firstRange(of: text) != nil }

    /// The first place of another text.
    public func firstRange(of text: String, from start: String.Index? = nil) -> Range<String.Index>? {
        let (bytes, wanted) = (utf8[(start ?? utf8.startIndex)...], text.utf8)
        guard let first = wanted.first else { return bytes.startIndex..<bytes.startIndex }
        var rest = bytes
        while let place = rest.firstIndex(of: first) {
            rest = rest[place...]
            if rest.starts(with: wanted) { return place..<utf8.index(place, offsetBy: wanted.count) }
            rest = rest.dropFirst()
        }
        return nil
    }

    /// The parts between code points of one kind.
    public func split(
        separator: Unicode.Scalar, maxSplits: Int = .max, omittingEmptySubsequences: Bool = true
    ) -> [Substring] {
        split(maxSplits: maxSplits, omittingEmptySubsequences: omittingEmptySubsequences) { $0 == separator }
    }

    /// The parts between code points of some kinds.
    public func split(
        maxSplits: Int = .max, omittingEmptySubsequences: Bool = true,
        whereSeparator isSeparator: (Unicode.Scalar) -> Bool
    ) -> [Substring] {
        unicodeScalars.split(
            maxSplits: maxSplits, omittingEmptySubsequences: omittingEmptySubsequences, whereSeparator: isSeparator
        ).map { Substring($0) }
    }

    /// The parts between the places of another text, empty ones among them, as Python's `split` finds them.
    public func components(separatedBy separator: String) -> [Substring] {
        var parts: [Substring] = []
        var start = string.startIndex
        while !separator.isEmpty, let place = firstRange(of: separator, from: start) {
            parts.append(string[start..<place.lowerBound])
            start = place.upperBound
        }
        return parts + [string[start...]]
    }

    /// The text with every place of another text replaced.
    public func replacing(_ text: String, with replacement: String) -> String {
        components(separatedBy: text).joined(separator: replacement)
    }

    /// The text without the code points at its ends for which something holds.
    public func trimming(while isTrimmed: (Unicode.Scalar) -> Bool) -> Substring {
        var rest = string[...].unicodeScalars
        while let first = rest.first, isTrimmed(first) { rest.removeFirst() }
        while let last = rest.last, isTrimmed(last) { rest.removeLast() }
        return Substring(rest)
    }
}
