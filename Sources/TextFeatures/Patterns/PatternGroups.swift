import ExactText

/// The groups of an expression while it is read.
struct PatternGroups {
    /// How many characters a group can take, by its number; nil while it is open. The first entry stands for the whole.
    private var widths: [PatternWidth?] = [nil]
    private var names: [ExactString: Int] = [:]
    /// Numbers of groups at the beginning of the outermost look-behind that is being read.
    var lookbehindStart: Int?
    /// Groups that conditions ask for by their numbers.
    private var conditions: [Int] = []

    var count: Int { widths.count - 1 }
    var next: Int { widths.count }

    /// The number of a named group; nil if there is none.
    func number(of name: String) -> Int? { names[name] }

    mutating func open(_ name: String?, _ refuse: (String) -> PatternError) throws(PatternError) -> Int {
        let number = next
        widths.append(nil)
        if let name {
            guard names.updateValue(number, forKey: name.exact) == nil else {
                throw refuse("there are two groups of the name '\(name)'")
            }
        }
        return number
    }

    mutating func close(_ number: Int, _ content: PatternBranches) {
        widths[number] = PatternWidth(content, self)
    }

    func width(of number: Int) -> PatternWidth {
        (widths.indices.contains(number) ? widths[number] : nil) ?? PatternWidth(minimum: 0, maximum: 0)
    }

    /// Checks that a group may be referred to at this place.
    func check(_ number: Int, _ refuse: (String) -> PatternError) throws(PatternError) {
        guard number < next else { throw refuse("there is no group \(number) before its use") }
        guard widths[number] != nil else { throw refuse("group \(number) is used inside of itself") }
        try checkLookbehind(number, refuse)
    }

    /// Checks that a group is not of the look-behind that is being read.
    func checkLookbehind(_ number: Int, _ refuse: (String) -> PatternError) throws(PatternError) {
        guard let lookbehindStart else { return }
        guard number < next, widths[number] != nil, number < lookbehindStart else {
            throw refuse("group \(number) is used in the look-behind that it belongs to")
        }
    }

    mutating func addCondition(_ number: Int) { conditions.append(number) }

    /// Checks that the groups of all conditions are there.
    func checkConditions(_ refuse: (String) -> PatternError) throws(PatternError) {
        for number in conditions where number >= next { throw refuse("there is no group \(number)") }
    }
}

/// How many characters a part can take.
struct PatternWidth: Sendable, Hashable {
    static let maximum = Int(UInt32.max)
    private(set) var minimum: Int
    private(set) var maximum: Int

    init(minimum: Int, maximum: Int) {
        self.minimum = min(minimum, Self.maximum - 1)
        self.maximum = min(maximum, Self.maximum)
    }

    init(_ branches: PatternBranches, _ groups: PatternGroups) {
        let widths = branches.map { branch in
            branch.reduce(PatternWidth(minimum: 0, maximum: 0)) { sum, node in
                let width = PatternWidth(node, groups)
                return PatternWidth(minimum: sum.minimum + width.minimum, maximum: sum.maximum + width.maximum)
            }
        }
        self.init(minimum: widths.map(\.minimum).min() ?? 0, maximum: widths.map(\.maximum).max() ?? 0)
    }

    private static func product(_ width: Int, _ count: Int) -> Int {
        let (product, overflows) = width.multipliedReportingOverflow(by: count)
        return overflows ? maximum : product
    }

    private init(_ node: PatternNode, _ groups: PatternGroups) {
        switch node {
        case .literal, .set, .any: self.init(minimum: 1, maximum: 1)
        case .position, .look: self.init(minimum: 0, maximum: 0)
        case .repetition(let node, let minimum, let maximum, _):
            let width = PatternWidth(node, groups)
            self.init(
                minimum: Self.product(width.minimum, minimum),
                maximum: Self.product(width.maximum, maximum ?? Self.maximum))
        case .group(_, _, let branches): self.init(branches, groups)
        case .reference(let number): self = groups.width(of: number)
        case .conditional(_, let then, let otherwise):
            let (first, second) = (PatternWidth([then], groups), PatternWidth([otherwise], groups))
            self.init(minimum: min(first.minimum, second.minimum), maximum: max(first.maximum, second.maximum))
        }
    }
}
