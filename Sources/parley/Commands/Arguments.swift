/// The command line's words, before they are parsed.
enum Arguments {
    /// Drops a `--cors` without origins: Python's parser takes it and it means nothing, Swift's would refuse it.
    static func normalized(_ words: [String]) -> [String] {
        var kept: [String] = []
        for (index, word) in words.enumerated() {
            let next = words.dropFirst(index + 1).first
            if word == "--cors", next.map({ $0.hasPrefix("-") }) ?? true { continue }
            kept.append(word)
        }
        return kept
    }
}
