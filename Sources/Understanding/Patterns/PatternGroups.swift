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

    /// The number of groups so far.
    var count: Int { widths.count - 1 }
    /// The number of the next group.
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
        (widths.indices.contains(number) ? widths[number] : nil) ?? PatternWidth(least: 0, most: 0)
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
    static let most = Int(UInt32.max)
    private(set) var least: Int
    private(set) var most: Int

    init(least: Int, most: Int) {
        self.least = min(least, Self.most - 1)
        self.most = min(most, Self.most)
    }

    init(_ branches: PatternBranches, _ groups: PatternGroups) {
        let widths = branches.map { branch in
            branch.reduce(PatternWidth(least: 0, most: 0)) { sum, node in
                let width = PatternWidth(node, groups)
                return PatternWidth(least: sum.least + width.least, most: sum.most + width.most)
            }
        }
        self.init(least: widths.map(\.least).min() ?? 0, most: widths.map(\.most).max() ?? 0)
    }

    private static func product(_ width: Int, _ count: Int) -> Int {
        let (product, overflows) = width.multipliedReportingOverflow(by: count)
        return overflows ? most : product
    }

    private init(_ node: PatternNode, _ groups: PatternGroups) {
        switch node {
        case .literal, .set, .any: self.init(least: 1, most: 1)
        case .position, .look: self.init(least: 0, most: 0)
        case .repetition(let node, let least, let most, _):
            let width = PatternWidth(node, groups)
            self.init(
                least: Self.product(width.least, least), most: Self.product(width.most, most ?? Self.most))
        case .group(_, _, let branches): self.init(branches, groups)
        case .reference(let number): self = groups.width(of: number)
        case .conditional(_, let then, let otherwise):
            let (first, second) = (PatternWidth([then], groups), PatternWidth([otherwise], groups))
            self.init(least: min(first.least, second.least), most: max(first.most, second.most))
        }
    }
}
