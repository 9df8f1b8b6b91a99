extension PatternParser {
    /// The rest of a set behind its '['.
    mutating func set() throws(PatternError) -> PatternNode {
        var set = PatternSet()
        set.isNegated = try take("^")
        var isFirst = true
        while true {
            guard let token = try take() else { throw refuse("a set '[' is not closed") }
            if token == .plain("]"), !isFirst { break }
            isFirst = false
            let (start, category) = try element(token)
            guard try take("-") else {
                set.add(start, category)
                continue
            }
            guard let last = try take() else { throw refuse("a set '[' is not closed") }
            if last == .plain("]") {
                set.add(start, category)
                set.literals.append(0x2D)
                break
            }
            guard let start, let end = try element(last).character, start <= end else {
                throw refuse("a range of a set must go from a character to a later one")
            }
            set.ranges.append(start...end)
        }
        if let literal = set.onlyLiteral, !set.isNegated { return .literal(literal) }
        return .set(set)
    }

    private mutating func element(
        _ token: Token
    ) throws(PatternError) -> (character: UInt32?, category: PatternSet.Category?) {
        switch token {
        case .plain(let scalar): (scalar.value, nil)
        case .escaped(let kind): try setEscape(kind)
        }
    }
}

extension PatternSet {
    fileprivate mutating func add(_ character: UInt32?, _ category: Category?) {
        if let character { literals.append(character) }
        if let category { categories.append(category) }
    }
}
