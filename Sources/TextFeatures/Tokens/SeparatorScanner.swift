/// Finds what Rasa's `WhitespaceTokenizer` replaces by a space before it splits a text at white space.
///
/// The original is a regular expression of three alternatives, tried in order at each place. With W for word characters
/// and S for white space:
/// - characters but W and `# @ &`, up to S or the end;
/// - S or the start of the text, then such characters, up to one that is neither ASCII digit nor S;
/// - after a character that is neither digit nor S, characters but W and those of an address, up to a character that
///   is neither digit nor S.
///
/// Runs are as long as the condition behind them allows. What the condition allows does not depend on where in a run
/// one starts, so the last good end of each run is kept, and the scan takes linear time.
struct SeparatorScanner {
    /// The characters by class, one entry per scalar.
    private let classes: [CharacterClass]
    private var plainRun = Run(excluded: .keepsWord)
    private var innerRun = Run(excluded: .keepsAddress)

    init(_ classes: [CharacterClass]) { self.classes = classes }

    /// How many scalars are replaced at `start`; 0 for none. Places must be asked for in rising order.
    mutating func separator(at start: Int) -> Int {
        let here = classes[start]
        // No alternative begins with such a character.
        if here.contains(.keepsWord) { return 0 }
        plainRun.cover(start, classes)
        if let end = plainRun.lastEndBeforeSpace, end > start { return end - start }
        if here.contains(.space), start + 1 < classes.count, !classes[start + 1].contains(.keepsWord),
            let end = plainRun.lastEndBeforeSolid, end > start + 1
        {
            return end - start
        }
        if start == 0 {
            if let end = plainRun.lastEndBeforeSolid, end > start { return end - start }
        } else if classes[start - 1].isSolid, !here.contains(.keepsAddress) {
            innerRun.cover(start, classes)
            if let end = innerRun.lastEndBeforeSolid, end > start { return end - start }
        }
        return 0
    }

    /// A longest run of characters outside a class.
    private struct Run {
        let excluded: CharacterClass
        var range = 0..<0
        var lastEndBeforeSpace: Int?
        var lastEndBeforeSolid: Int?

        init(excluded: CharacterClass) { self.excluded = excluded }

        mutating func cover(_ start: Int, _ classes: [CharacterClass]) {
            guard !range.contains(start) else { return }
            var end = start
            (lastEndBeforeSpace, lastEndBeforeSolid) = (nil, nil)
            while end < classes.count, classes[end].isDisjoint(with: excluded) {
                end += 1
                if end == classes.count || classes[end].contains(.space) { lastEndBeforeSpace = end }
                if end < classes.count, classes[end].isSolid { lastEndBeforeSolid = end }
            }
            range = start..<end
        }
    }
}
