extension PatternParser {
    /// What follows a '('; nil where it adds nothing, such as a comment.
    mutating func group(isVerbose: Bool) throws(PatternError) -> PatternNode? {
        guard try take("?") else { return try capture(nil, isVerbose) }
        switch try take() {
        case .plain("P"): return try named(isVerbose)
        case .plain(":"): return try plain(PatternFlagChange(), isVerbose)
        case .plain("#"):
            while let comment = try take() {
                if comment == .plain(")") { return nil }
            }
            throw refuse("a comment '(?#' is not closed")
        case .plain("="): return try look(ahead: true, isNegated: false, isVerbose)
        case .plain("!"): return try look(ahead: true, isNegated: true, isVerbose)
        case .plain("<"):
            if try take("=") { return try look(ahead: false, isNegated: false, isVerbose) }
            if try take("!") { return try look(ahead: false, isNegated: true, isVerbose) }
            throw refuse("'(?<' must be followed by '=' or '!'")
        case .plain("("): return try conditional(isVerbose)
        case .plain(let letter) where letter == "-" || PatternFlags(letter: letter) != nil:
            guard let change = try flags(letter) else { return nil }
            return try plain(change, isVerbose)
        case .plain("L"): throw refuse("the flag 'L' is for bytes, not for texts")
        case .plain(let scalar), .escaped(let scalar): throw refuse("'(?\(scalar)' has no meaning")
        case nil: throw refuse("it ends in '(?'")
        }
    }

    private mutating func close() throws(PatternError) {
        guard try take(")") else { throw refuse("a group is not closed") }
    }

    private mutating func capture(_ name: String?, _ isVerbose: Bool) throws(PatternError) -> PatternNode {
        let number = try groups.open(name, refuse)
        let branches = try branches(isVerbose: isVerbose)
        try close()
        groups.close(number, branches)
        return .group(capture: number, PatternFlagChange(), branches)
    }

    private mutating func plain(_ change: PatternFlagChange, _ isVerbose: Bool) throws(PatternError) -> PatternNode {
        let isVerbose = (isVerbose || change.on.contains(.verbose)) && !change.off.contains(.verbose)
        let branches = try branches(isVerbose: isVerbose)
        try close()
        return .group(capture: nil, change, branches)
    }

    private mutating func named(_ isVerbose: Bool) throws(PatternError) -> PatternNode {
        switch try take() {
        case .plain("<"):
            let name = try name(until: ">")
            return try capture(name, isVerbose)
        case .plain("="):
            let name = try name(until: ")")
            guard let number = groups.number(of: name) else {
                throw refuse("there is no group '\(name)' before its use")
            }
            try groups.check(number, refuse)
            return .reference(number)
        default: throw refuse("'(?P' must be followed by '<' or '='")
        }
    }

    private mutating func name(until end: Unicode.Scalar) throws(PatternError) -> String {
        let name = try take(until: end, "the name of a group")
        guard name.isPythonIdentifier else { throw refuse("'\(name)' is not a valid name for a group") }
        return name
    }

    private mutating func look(
        ahead: Bool, isNegated: Bool, _ isVerbose: Bool
    ) throws(PatternError) -> PatternNode {
        let isOutermost = !ahead && groups.lookbehindStart == nil
        if isOutermost { groups.lookbehindStart = groups.next }
        let branches = try branches(isVerbose: isVerbose)
        if isOutermost { groups.lookbehindStart = nil }
        try close()
        let width = PatternWidth(branches, groups)
        guard ahead || width.minimum == width.maximum else { throw refuse("a look-behind must be of fixed length") }
        return .look(ahead: ahead, isNegated: isNegated, branches)
    }

    private mutating func conditional(_ isVerbose: Bool) throws(PatternError) -> PatternNode {
        let name = try take(until: ")", "the name of a group")
        let number: Int
        if name.isPythonIdentifier {
            guard let named = groups.number(of: name) else {
                throw refuse("there is no group '\(name)' before its use")
            }
            number = named
        } else {
            guard let written = Int(name), written > 0 else {
                throw refuse("'\(name)' is neither the name nor the number of a group")
            }
            number = written
            groups.addCondition(written)
        }
        try groups.checkLookbehind(number, refuse)
        depth += 1
        let then = try sequence(isVerbose: isVerbose)
        let otherwise = try take("|") ? try sequence(isVerbose: isVerbose) : []
        depth -= 1
        guard next != .plain("|") else { throw refuse("a condition has more than two branches") }
        try close()
        return .conditional(group: number, then: then, otherwise: otherwise)
    }

    /// Flags from the first letter on; nil where they are for the whole expression.
    private mutating func flags(_ first: Unicode.Scalar) throws(PatternError) -> PatternFlagChange? {
        var change = PatternFlagChange()
        let kinds: PatternFlags = [.ascii, .unicode]
        var letter = first
        while letter != "-" {
            guard let flag = PatternFlags(letter: letter) else { throw refuse("the flag '\(letter)' is not known") }
            change.on.formUnion(flag)
            guard !change.on.isSuperset(of: kinds) else { throw refuse("the flags 'a' and 'u' exclude each other") }
            guard case .plain(let next) = try take() else { throw refuse("a group of flags is not closed") }
            if next == ")" {
                flags.formUnion(change.on)
                return nil
            }
            if next == ":" { return change }
            letter = next
        }
        while true {
            guard case .plain(let letter) = try take() else { throw refuse("a group of flags is not closed") }
            if letter == ":", !change.off.isEmpty { break }
            guard let flag = PatternFlags(letter: letter) else { throw refuse("the flag '\(letter)' is not known") }
            guard flag.isDisjoint(with: kinds) else { throw refuse("the flags 'a' and 'u' cannot be switched off") }
            change.off.formUnion(flag)
        }
        guard change.on.isDisjoint(with: change.off) else { throw refuse("a flag is switched on and off") }
        return change
    }
}

extension String {
    /// Whether Python takes the text for a name.
    fileprivate var isPythonIdentifier: Bool {
        guard let first = unicodeScalars.first, first == "_" || first.properties.isXIDStart else { return false }
        return unicodeScalars.dropFirst().allSatisfy(\.properties.isXIDContinue)
    }
}
