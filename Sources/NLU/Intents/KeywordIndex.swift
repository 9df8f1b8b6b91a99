import PythonSemantics
import TextFeatures

/// Finds the keywords that a text may contain by the words of the text, so that looking for keywords does not take
/// longer where there are more of them.
///
/// A keyword stands between word boundaries, so every word in it is a whole word of the text. It is looked for where
/// the text has the word of it that fewest keywords share.
struct KeywordIndex: Sendable {
    /// The places of the keywords by their rarest word.
    private let byWord: [ArraySlice<UInt8>: [Int]]
    /// The places of those that are expressions, or have no word.
    private let others: [Int]

    init(_ keywords: [Keyword]) {
        let words = keywords.map { Set(Words($0.literal ?? [])) }
        var frequency: [ArraySlice<UInt8>: Int] = [:]
        for word in words.joined() { frequency[word, default: 0] += 1 }
        var byWord: [ArraySlice<UInt8>: [Int]] = [:]
        var others: [Int] = []
        for (place, words) in words.enumerated() {
            if let rarest = words.min(by: { frequency[$0] ?? 0 < frequency[$1] ?? 0 }) {
                byWord[rarest, default: []].append(place)
            } else {
                others.append(place)
            }
        }
        (self.byWord, self.others) = (byWord, others)
    }

    /// The places of the keywords that may be in the text, rising.
    ///
    /// - Parameter folded: The text, folded where case does not matter.
    func candidates(in folded: MessageText) -> [Int] {
        guard !byWord.isEmpty else { return others }
        var found = Set(others)
        for word in Words(folded.bytes) { found.formUnion(byWord[word] ?? []) }
        return found.sorted()
    }
}

/// The words of a text: the longest runs of letters, digits and underscores.
private struct Words: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> ArraySlice<UInt8>? {
        var start: Int?
        while at < bytes.count {
            var next = at
            let isWord = UTF8Reading.next(bytes, &next).isPythonWord
            if let start, !isWord { return bytes[start..<at] }
            if isWord, start == nil { start = at }
            at = next
        }
        return start.map { bytes[$0..<at] }
    }
}
