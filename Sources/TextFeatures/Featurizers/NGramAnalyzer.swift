import Encodings
import PythonSemantics

/// Cuts documents into n-grams as scikit-learn's `CountVectorizer` does.
struct NGramAnalyzer: Sendable {
    enum Unit: String, Sendable, CaseIterable {
        case word
        /// Characters, across words.
        case char
        /// Characters within words, each with a space before and after it.
        case charWithinWords = "char_wb"
    }

    let unit: Unit
    /// The lengths of n-grams, at least 0.
    let lengths: ClosedRange<Int>
    /// Words that do not count, for n-grams of words.
    let stopWords: Set<[UInt8]>

    /// Whether the n-grams of words joined by spaces are those of the words.
    var isAdditive: Bool { unit == .charWithinWords || unit == .word && lengths.upperBound == 1 }

    /// Calls `body` for each n-gram with bytes and their hash.
    func forEachGram(
        in document: [UInt8], _ range: Range<Int>, _ body: (_ bytes: [UInt8], Range<Int>, FNV1a) -> Void
    ) {
        switch unit {
        case .word: words(document, range, body)
        case .char:
            let text = Self.joiningSpaces(document, range)
            characters(text, 0..<text.count, body)
        case .charWithinWords:
            var padded: [UInt8] = []
            for word in Self.split(document, range) {
                padded.removeAll(keepingCapacity: true)
                padded.append(0x20)
                padded.append(contentsOf: document[word])
                padded.append(0x20)
                let length = padded.reduce(0) { UTF8Reading.isContinuation($1) ? $0 : $0 + 1 }
                if length < lengths.lowerBound {
                    body(padded, 0..<padded.count, FNV1a(padded))
                } else {
                    characters(padded, 0..<padded.count, body)
                }
            }
        }
    }

    private func characters(
        _ bytes: [UInt8], _ range: Range<Int>, _ body: ([UInt8], Range<Int>, FNV1a) -> Void
    ) {
        var start = range.lowerBound
        // One without characters is at each place, the end among them.
        if lengths.lowerBound == 0 { body(bytes, range.upperBound..<range.upperBound, FNV1a()) }
        while start < range.upperBound {
            var hash = FNV1a()
            var end = start
            var length = 0
            if lengths.lowerBound == 0 { body(bytes, start..<start, hash) }
            while length < lengths.upperBound, end < range.upperBound {
                repeat {
                    hash.add(bytes[end])
                    end += 1
                } while end < range.upperBound && UTF8Reading.isContinuation(bytes[end])
                length += 1
                if length >= lengths.lowerBound { body(bytes, start..<end, hash) }
            }
            start += UTF8Reading.width(bytes[start])
        }
    }

    private func words(
        _ document: [UInt8], _ range: Range<Int>, _ body: ([UInt8], Range<Int>, FNV1a) -> Void
    ) {
        var joined: [UInt8] = []
        var places: [Range<Int>] = []
        var at = range.lowerBound
        while at < range.upperBound {
            let start = at
            var end = at
            while at < range.upperBound {
                let isWord = UTF8Reading.next(document, &at).isPythonWord
                guard isWord else { break }
                end = at
            }
            guard start < end else { continue }
            if !stopWords.isEmpty, stopWords.contains(Array(document[start..<end])) { continue }
            if lengths.upperBound == 1 {
                body(document, start..<end, FNV1a(document[start..<end]))
                continue
            }
            if !joined.isEmpty { joined.append(0x20) }
            places.append(joined.count..<joined.count + (end - start))
            joined.append(contentsOf: document[start..<end])
        }
        for first in places.indices {
            for last in places.indices[first...].prefix(lengths.upperBound).dropFirst(lengths.lowerBound - 1) {
                let gram = places[first].lowerBound..<places[last].upperBound
                body(joined, gram, FNV1a(joined[gram]))
            }
        }
    }

    /// Runs of two or more white space characters as one space.
    private static func joiningSpaces(_ document: [UInt8], _ range: Range<Int>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var at = range.lowerBound
        while at < range.upperBound {
            let start = at
            guard UTF8Reading.next(document, &at).isPythonSpace else {
                output.append(contentsOf: document[start..<at])
                continue
            }
            let afterFirst = at
            while at < range.upperBound {
                var next = at
                guard UTF8Reading.next(document, &next).isPythonSpace else { break }
                at = next
            }
            if at == afterFirst { output.append(contentsOf: document[start..<at]) } else { output.append(0x20) }
        }
        return output
    }

    static func split(_ document: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var at = range.lowerBound
        var start = at
        while at < range.upperBound {
            let before = at
            guard UTF8Reading.next(document, &at).isPythonSpace else { continue }
            if start < before { parts.append(start..<before) }
            start = at
        }
        if start < at { parts.append(start..<at) }
        return parts
    }
}
