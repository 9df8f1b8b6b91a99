import ExactText

/// The command line's words, before they are parsed.
enum Arguments {
    /// Flags whose values may be keys in PEM.
    private static let keyFlags = ["--jwt-secret", "--jwt-private-key"]

    /// What Python's parser takes and Swift's would refuse, in a form that both take: drops a `--cors` without origins,
    /// which means nothing, and joins a key that begins with dashes to its flag.
    static func normalized(_ words: [String]) -> [String] {
        var kept: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--cors", rest.first.map({ $0.exact.hasPrefix("-") }) ?? true { continue }
            if keyFlags.contains(word), let key = rest.first, key.exact.hasPrefix("-----BEGIN ") {
                rest.removeFirst()
                kept.append("\(word)=\(key)")
            } else {
                kept.append(word)
            }
        }
        return kept
    }
}
