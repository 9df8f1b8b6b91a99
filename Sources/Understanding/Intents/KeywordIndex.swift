/// Finds the keywords that a text may contain by the words of the text, so that looking for keywords does not take
/// longer where there are more of them.
struct KeywordIndex: Sendable {
    /// The places of the keywords that begin with a word, by that word.
    private let byFirstWord: [ArraySlice<UInt8>: [Int]]
    /// The places of the others: expressions, and those that begin with another character.
    private let others: [Int]

    init(_ keywords: [Keyword]) {
        var byFirstWord: [ArraySlice<UInt8>: [Int]] = [:]
        var others: [Int] = []
        for (place, keyword) in keywords.enumerated() {
            var words = Words(keyword.literal ?? [])
            if keyword.startsWithWord, let word = words.next() {
                byFirstWord[word, default: []].append(place)
            } else {
                others.append(place)
            }
        }
        (self.byFirstWord, self.others) = (byFirstWord, others)
    }

    /// The places of the keywords that may be in the text, rising.
    ///
    /// A keyword stands between word boundaries. So one that begins with a word begins where a word of the text does,
    /// and that word is the same: it ends where the keyword ends or goes on with another character.
    ///
    /// - Parameter folded: The text, folded where case does not matter.
    func candidates(in folded: MessageText) -> [Int] {
        guard !byFirstWord.isEmpty else { return others }
        var found = Set(others)
        for word in Words(folded.bytes) { found.formUnion(byFirstWord[word] ?? []) }
        return found.sorted()
    }
}

/// The words of a text: the longest runs of letters, digits and underscores.
private struct Words: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

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
