/// One part of a regular expression of Python's `re`.
indirect enum PatternNode: Sendable, Hashable {
    /// A code point, which may be half of a surrogate pair.
    case literal(UInt32)
    case set(PatternSet)
    /// `.`
    case any
    case position(Position)
    case repetition(PatternNode, minimum: Int, maximum: Int?, isLazy: Bool)
    /// Alternatives in parentheses.
    case group(capture: Int?, PatternFlagChange, PatternBranches)
    case look(ahead: Bool, isNegated: Bool, PatternBranches)
    /// What a group has matched, once more.
    case reference(Int)
    case conditional(group: Int, then: [PatternNode], otherwise: [PatternNode])

    enum Position: Sendable, Hashable {
        /// `^` and `$`, which lines have where flag `m` is set.
        case start, end
        /// `\A` and `\Z`.
        case textStart, textEnd
        /// `\b` and `\B`.
        case wordBoundary, noWordBoundary
    }
}

/// Alternatives, each a sequence.
typealias PatternBranches = [[PatternNode]]

/// A set of characters: `[…]`, `\w` and the like.
struct PatternSet: Sendable, Hashable {
    enum Category: Sendable, Hashable {
        case digit, noDigit, space, noSpace, word, noWord
    }

    var isNegated = false
    /// Characters that stand there one by one.
    var literals: [UInt32] = []
    var ranges: [ClosedRange<UInt32>] = []
    var categories: [Category] = []

    /// The one character that the set consists of, if that is all.
    var onlyLiteral: UInt32? {
        guard ranges.isEmpty, categories.isEmpty, let first = literals.first,
            literals.allSatisfy({ $0 == first })
        else { return nil }
        return first
    }
}

/// The flags of an expression or of a part.
struct PatternFlags: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    static let ignoreCase = PatternFlags(rawValue: 1)
    static let multiline = PatternFlags(rawValue: 2)
    static let dotAll = PatternFlags(rawValue: 4)
    static let verbose = PatternFlags(rawValue: 8)
    /// `\w` and the like, and case, are those of ASCII.
    static let ascii = PatternFlags(rawValue: 16)
    static let unicode = PatternFlags(rawValue: 32)

    /// A flag by its letter; nil if there is none.
    init?(letter: Unicode.Scalar) {
        switch letter {
        case "i": self = .ignoreCase
        case "m": self = .multiline
        case "s": self = .dotAll
        case "x": self = .verbose
        case "a": self = .ascii
        case "u": self = .unicode
        default: return nil
        }
    }

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The flags inside a part that changes some of them.
    func applying(_ change: PatternFlagChange) -> PatternFlags {
        let kinds: PatternFlags = [.ascii, .unicode]
        let kept = change.on.isDisjoint(with: kinds) ? self : subtracting(kinds)
        return kept.union(change.on).subtracting(change.off)
    }
}

/// Flags that a part switches on and off.
struct PatternFlagChange: Sendable, Hashable {
    var on: PatternFlags = []
    var off: PatternFlags = []
}
