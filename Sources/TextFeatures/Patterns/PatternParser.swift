/// Reads regular expressions in the syntax of Python 3.10's `re`, and refuses what that refuses.
struct PatternParser {
    /// A character, or a backslash with the character behind it.
    enum Token: Equatable {
        case plain(Unicode.Scalar)
        case escaped(Unicode.Scalar)
    }

    /// Parentheses may be nested this deep.
    private static let maxDepth = 200

    let expression: String
    private let source: [Unicode.Scalar]
    private var index = 0
    private(set) var next: Token?

    /// The flags for the whole expression that were found anywhere in it.
    var flags: PatternFlags = []
    var groups = PatternGroups()
    var depth = 0

    private init(_ expression: String) throws(PatternError) {
        self.expression = expression
        source = Array(expression.unicodeScalars)
        try advance()
    }

    /// What an expression consists of.
    ///
    /// - Throws: ``PatternError`` with what is wrong.
    static func parse(
        _ expression: String
    ) throws(PatternError) -> (branches: PatternBranches, flags: PatternFlags, groups: Int) {
        var parser = try PatternParser(expression)
        var branches: PatternBranches = []
        do throws(PatternError) {
            branches = try parser.branches(isVerbose: false)
        } catch {
            guard parser.flags.contains(.verbose) else { throw error }
        }
        if parser.flags.contains(.verbose) {
            // The flag changes how all of the expression has to be read.
            parser = try PatternParser(expression)
            parser.flags = .verbose
            branches = try parser.branches(isVerbose: true)
        }
        guard parser.next == nil else { throw parser.refuse("a ')' closes no group") }
        try parser.groups.checkConditions(parser.refuse)
        guard !parser.flags.isSuperset(of: [.ascii, .unicode]) else {
            throw parser.refuse("the flags 'a' and 'u' exclude each other")
        }
        return (branches, parser.flags, parser.groups.count)
    }

    // MARK: Tokens

    func refuse(_ reason: String) -> PatternError { PatternError(expression: expression, reason: reason) }

    /// The next token, which is then behind.
    @discardableResult
    mutating func take() throws(PatternError) -> Token? {
        let token = next
        if token != nil { try advance() }
        return token
    }

    /// Takes the next token if it is this character.
    mutating func take(_ scalar: Unicode.Scalar) throws(PatternError) -> Bool {
        guard next == .plain(scalar) else { return false }
        try advance()
        return true
    }

    /// Up to so many of the characters for which something is true.
    mutating func take(
        _ count: Int, where belongs: (Unicode.Scalar) -> Bool
    ) throws(PatternError) -> String {
        var text = String.UnicodeScalarView()
        while text.count < count, case .plain(let scalar) = next, belongs(scalar) {
            text.append(scalar)
            try advance()
        }
        return String(text)
    }

    /// The text up to a character, which is taken too.
    mutating func take(until end: Unicode.Scalar, _ what: String) throws(PatternError) -> String {
        var text = String.UnicodeScalarView()
        while let token = try take() {
            switch token {
            case .plain(end):
                guard !text.isEmpty else { throw refuse("\(what) is missing") }
                return String(text)
            case .plain(let scalar): text.append(scalar)
            case .escaped(let scalar):
                text.append("\\")
                text.append(scalar)
            }
        }
        throw refuse("\(what) is not closed by '\(end)'")
    }

    mutating func goBack(to place: PatternParser) { (index, next) = (place.index, place.next) }

    private mutating func advance() throws(PatternError) {
        guard index < source.count else {
            next = nil
            return
        }
        let scalar = source[index]
        guard scalar == "\\" else {
            next = .plain(scalar)
            index += 1
            return
        }
        guard index + 1 < source.count else { throw refuse("it ends in a backslash") }
        next = .escaped(source[index + 1])
        index += 2
    }

    // MARK: Sequences

    /// Alternatives up to a ')' or the end.
    mutating func branches(isVerbose: Bool) throws(PatternError) -> PatternBranches {
        guard depth < Self.maxDepth else { throw refuse("groups are nested deeper than \(Self.maxDepth)") }
        depth += 1
        var branches = [try sequence(isVerbose: isVerbose)]
        while try take("|") { branches.append(try sequence(isVerbose: isVerbose)) }
        depth -= 1
        return branches
    }

    /// Parts up to a '|', a ')' or the end.
    mutating func sequence(isVerbose: Bool) throws(PatternError) -> [PatternNode] {
        var nodes: [PatternNode] = []
        while let token = next, token != .plain("|"), token != .plain(")") {
            try advance()
            if isVerbose, case .plain(let scalar) = token {
                if " \t\n\r\u{B}\u{C}".unicodeScalars.contains(scalar) { continue }
                if scalar == "#" {
                    while let comment = try take(), comment != .plain("\n") {}
                    continue
                }
            }
            switch token {
            case .escaped(let kind): nodes.append(try escape(kind))
            case .plain("["): nodes.append(try set())
            case .plain("."): nodes.append(.any)
            case .plain("^"): nodes.append(.position(.start))
            case .plain("$"): nodes.append(.position(.end))
            case .plain("("):
                if let group = try group(isVerbose: isVerbose) { nodes.append(group) }
            case .plain("*"): try repeatLast(of: &nodes, 0, nil)
            case .plain("+"): try repeatLast(of: &nodes, 1, nil)
            case .plain("?"): try repeatLast(of: &nodes, 0, 1)
            case .plain("{"):
                if let (minimum, maximum) = try counts() {
                    try repeatLast(of: &nodes, minimum, maximum)
                } else {
                    nodes.append(.literal(0x7B))
                }
            case .plain(let scalar): nodes.append(.literal(scalar.value))
            }
        }
        return nodes
    }

    private mutating func repeatLast(of nodes: inout [PatternNode], _ minimum: Int, _ maximum: Int?)
        throws(PatternError)
    {
        switch nodes.last {
        case nil, .position: throw refuse("there is nothing to repeat before a quantifier")
        case .repetition: throw refuse("a quantifier follows another one")
        case .some(let last):
            let isLazy = try take("?")
            nodes[nodes.count - 1] = .repetition(last, minimum: minimum, maximum: maximum, isLazy: isLazy)
        }
    }

    /// The numbers of `{…}`; nil where the brace stands for itself.
    private mutating func counts() throws(PatternError) -> (Int, Int?)? {
        if next == .plain("}") { return nil }
        let start = self
        func isDigit(_ scalar: Unicode.Scalar) -> Bool { "0"..."9" ~= scalar }
        let minimum = try take(.max, where: isDigit)
        var maximum = minimum
        if try take(",") { maximum = try take(.max, where: isDigit) }
        guard try take("}") else {
            goBack(to: start)
            return nil
        }
        let counts = (try count(minimum) ?? 0, try count(maximum))
        if let maximum = counts.1, maximum < counts.0 {
            throw refuse("a quantifier's first number is larger than its second")
        }
        return counts
    }

    private func count(_ digits: String) throws(PatternError) -> Int? {
        if digits.isEmpty { return nil }
        guard let count = Int(digits), count < Int(UInt32.max) else {
            throw refuse("a quantifier's number is too large")
        }
        return count
    }
}
