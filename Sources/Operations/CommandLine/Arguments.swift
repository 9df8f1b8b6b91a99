import ExactText
package import Prefork

/// The command line's words, before they are parsed.
///
/// What Python's `argparse` takes of Rasa's flags and Swift's parser does not is put into a form that both take: flags
/// cut short, values behind `=` of short ones, values that begin with a dash, flags with any number of values.
package struct Arguments {
    private let flags: [RasaFlag]
    private var rest: ArraySlice<String>
    private var kept: [String]
    /// What `shell nlu` is called among the commands: `shell` takes a text in the place of a command.
    package static let nluShell = "shell-nlu"

    /// The values of flags that take several, in the order of the flags.
    private var lists: [(flag: RasaFlag, values: [String])] = []

    /// - Parameter words: What stands behind the program's name.
    /// - Throws: ``BootFailure`` for a flag that is cut too short, or that has a value and takes none.
    package static func normalized(_ words: [String]) throws(BootFailure) -> [String] {
        for count in [3, 2, 1] where words.count >= count {
            let command = words.prefix(count)
            guard let flags = RasaFlags.of(command.joined(separator: " ")) else { continue }
            var arguments = Arguments(flags, command, words.dropFirst(count))
            return try arguments.normalized()
        }
        return words
    }

    private init(_ flags: [RasaFlag], _ command: ArraySlice<String>, _ rest: ArraySlice<String>) {
        self.flags = flags
        self.rest = rest
        kept = command.elementsEqual(["shell", "nlu"]) ? [Arguments.nluShell] : Array(command)
    }

    private mutating func normalized() throws(BootFailure) -> [String] {
        var terminated: [String] = []
        while let word = rest.popFirst() {
            if word == "--" {
                terminated = [word] + rest
                break
            }
            if let (flag, value) = try flag(named: word) {
                try take(flag, value)
            } else if word.utf8.count > 2, let flag = shortFlag(word) {
                // Several short flags in one word: `-vp 5005`.
                kept.append(flag.long)
                rest.insert("-" + String(word.unicodeScalars.dropFirst(2)), at: rest.startIndex)
            } else {
                kept.append(word)
            }
        }
        for (flag, values) in lists where !(values.isEmpty && flag.arity == .any) { kept += [flag.long] + values }
        return kept + terminated
    }

    private mutating func take(_ flag: RasaFlag, _ value: String?) throws(BootFailure) {
        switch flag.arity {
        case .none:
            guard value == nil else { throw Self.failure("\(flag.long) takes no value; leave out '=\(value ?? "")'") }
            kept.append(flag.long)
        case .one:
            guard let value = try self.value(given: value) else { return kept.append(flag.long) }
            kept += value.utf8.first == UInt8(ascii: "-") ? ["\(flag.long)=\(value)"] : [flag.long, value]
        case .perhapsOne:
            kept.append("\(flag.long)=\(try self.value(given: value) ?? "")")
        case .any, .several:
            var values = value.map { [$0] } ?? []
            while value == nil, let next = try self.value(given: nil) { values.append(next) }
            lists.removeAll { $0.flag == flag }
            lists.append((flag, values))
        }
    }

    /// The value that is there already, or else the next word unless it is a flag.
    private mutating func value(given: String?) throws(BootFailure) -> String? {
        if let given { return given }
        guard let word = rest.first, try isValue(word) else { return nil }
        return rest.popFirst()
    }

    private func isValue(_ word: String) throws(BootFailure) -> Bool {
        guard word.utf8.first == UInt8(ascii: "-"), word.utf8.count > 1 else { return true }
        guard word != "--", try flag(named: word) == nil else { return false }
        // Numbers below zero, and keys in PEM, which begin with dashes.
        return Double(word) != nil || word.utf8.contains(UInt8(ascii: " "))
    }

    /// The flag that a word names or begins to name, and the value that stands in the same word.
    private func flag(named word: String) throws(BootFailure) -> (flag: RasaFlag, value: String?)? {
        guard word.utf8.first == UInt8(ascii: "-"), word.utf8.count > 1 else { return nil }
        let parts = word.exact.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let (name, value) = (parts[0], parts.count > 1 ? parts[1] : nil)
        if let flag = flags.first(where: { $0.long.exact == name.exact || $0.short?.exact == name.exact }) {
            return (flag, value)
        }
        guard name.utf8.starts(with: "--".utf8) else { return joined(word) }
        let candidates = flags.filter { $0.long.utf8.starts(with: name.utf8) }
        guard candidates.count < 2 else {
            let names = candidates.map(\.long).sorted().joined(separator: ", ")
            throw Self.failure("\(name) is ambiguous: it could be \(names)")
        }
        return candidates.first.map { ($0, value) }
    }

    /// A short flag with its value in the same word: `-p5005`.
    private func joined(_ word: String) -> (flag: RasaFlag, value: String?)? {
        guard let flag = shortFlag(word), flag.arity != .none else { return nil }
        return (flag, String(word.unicodeScalars.dropFirst(2)))
    }

    private func shortFlag(_ word: String) -> RasaFlag? {
        flags.first { $0.short?.exact == String(word.unicodeScalars.prefix(2)).exact }
    }

    private static func failure(_ message: String) -> BootFailure { BootFailure(message, status: ExitStatus.usage) }
}
