/// Writes an expression of Python's `re` for PCRE2.
///
/// Case and classes of characters are written out as sets, since the two libraries do not agree on them: PCRE2's option
/// for case is not used, and its `\w`, `\d` and `\b` only where they are known to be those of Python.
struct PatternWriter {
    /// The expression for PCRE2 in UTF-8.
    private(set) var text: [UInt8] = []
    /// References to groups that do not distinguish case, which PCRE2 cannot compare as Python does.
    private(set) var references: [BackReferences.Name] = []

    private let expression: String
    private var isInLookbehind = false

    /// - Throws: ``PatternError`` for what PCRE2 has no room for.
    init(
        _ expression: String, _ branches: PatternBranches, _ flags: PatternFlags
    ) throws(PatternError) {
        self.expression = expression
        try write(branches, flags)
    }

    private mutating func put(_ piece: String) { text.append(contentsOf: piece.utf8) }

    private mutating func write(_ branches: PatternBranches, _ flags: PatternFlags) throws(PatternError) {
        for (index, branch) in branches.enumerated() {
            if index > 0 { put("|") }
            try write(branch, flags)
        }
    }

    private mutating func write(_ nodes: [PatternNode], _ flags: PatternFlags) throws(PatternError) {
        for node in nodes { try write(node, flags) }
    }

    private mutating func write(_ node: PatternNode, _ flags: PatternFlags) throws(PatternError) {
        switch node {
        case .literal(let character): put(PatternSetText(character, flags).text)
        case .set(let set): put(PatternSetText(set, flags).text)
        case .any: put(flags.contains(.dotAll) ? "(?s:.)" : "\\N")
        case .position(let position): put(Self.text(of: position, flags))
        case .repetition(let node, let minimum, let maximum, let isLazy):
            try write(node, repeated: minimum, maximum, isLazy: isLazy, flags)
        case .group(let capture, let change, let branches):
            put(capture.map { "(?<g\($0)>" } ?? "(?:")
            try write(branches, flags.applying(change))
            put(")")
        case .look(let ahead, let isNegated, let branches):
            put("(?" + (ahead ? "" : "<") + (isNegated ? "!" : "="))
            let wasInLookbehind = isInLookbehind
            isInLookbehind = isInLookbehind || !ahead
            try write(branches, flags)
            isInLookbehind = wasInLookbehind
            put(")")
        case .reference(let group): try write(referenceTo: group, flags)
        case .conditional(let group, let then, let otherwise):
            put("(?(<g\(group)>)")
            try write(then, flags)
            put("|")
            try write(otherwise, flags)
            put(")")
        }
    }

    private mutating func write(
        _ node: PatternNode, repeated minimum: Int, _ maximum: Int?, isLazy: Bool, _ flags: PatternFlags
    ) throws(PatternError) {
        let largest = Int(UInt16.max)
        guard minimum <= largest, maximum ?? 0 <= largest else {
            throw PatternError(
                expression: expression, reason: "a quantifier's number is larger than \(largest), which is the largest")
        }
        switch node {
        case .literal, .set, .any, .group: try write(node, flags)
        default:
            put("(?:")
            try write(node, flags)
            put(")")
        }
        switch (minimum, maximum) {
        case (0, nil): put("*")
        case (1, nil): put("+")
        case (0, 1): put("?")
        case (_, nil): put("{\(minimum),}")
        case (_, let maximum?): put("{\(minimum),\(maximum)}")
        }
        if isLazy { put("?") }
    }

    private static func text(of position: PatternNode.Position, _ flags: PatternFlags) -> String {
        switch position {
        case .start: flags.contains(.multiline) ? "(?m:^)" : "\\A"
        case .end: flags.contains(.multiline) ? "(?m:$)" : "\\Z"
        case .textStart: "\\A"
        case .textEnd: "\\z"
        case .wordBoundary: PatternSetText.boundary(flags)
        // Python has none in an empty text.
        case .noWordBoundary: "(?!\\A\\z)(?!\(PatternSetText.boundary(flags)))"
        }
    }

    private mutating func write(referenceTo group: Int, _ flags: PatternFlags) throws(PatternError) {
        guard flags.contains(.ignoreCase) else { return put("\\k<g\(group)>") }
        // A look-behind must be of fixed length, which only a reference of PCRE2 has.
        guard !isInLookbehind else { return put("(?i:\\k<g\(group)>)") }
        guard let pair = BackReferences.callouts(of: references.count) else {
            throw PatternError(
                expression: expression,
                reason: "it refers to groups more than \(references.count) times, regardless of case")
        }
        let name = BackReferences.Name(
            group: "g\(group)", taken: "r\(references.count)", isASCII: flags.contains(.ascii))
        references.append(name)
        put("(?>(?C\(pair.comparison))(?<\(name.taken)>(?s:.)*?)(?C\(pair.length)))")
    }
}
