import ExactText
import JSON

/// The texts that a response of the domain may have: which of several variations is said is left to chance.
struct ResponseVariations: Sendable {
    /// A text with places for slots, `{name}`.
    private struct Pattern: Sendable {
        /// What stands before, between and after the slots.
        let literals: [String]

        init(_ text: String) {
            var literals = [""]
            var scalars = text.unicodeScalars[...]
            while let scalar = scalars.popFirst() {
                if scalar == "{", let end = scalars.firstIndex(of: "}") {
                    scalars = scalars[scalars.index(after: end)...]
                    literals.append("")
                } else {
                    literals[literals.count - 1].unicodeScalars.append(scalar)
                }
            }
            self.literals = literals
        }

        /// Whether it has words of its own, without which every text would be one of its.
        var hasWords: Bool { literals.contains { $0.unicodeScalars.contains { $0.properties.isAlphabetic } } }

        func matches(_ text: String) -> Bool {
            guard let first = literals.first, let last = literals.last else { return false }
            guard literals.count > 1 else { return text.exact == first.exact }
            guard let behind = text.exact.removingPrefix(first), let between = behind.exact.removingSuffix(last) else {
                return false
            }
            var rest = String(between)
            for literal in literals.dropFirst().dropLast() where !literal.isEmpty {
                guard let place = rest.exact.firstRange(of: literal) else { return false }
                rest = String(rest[place.upperBound...])
            }
            return true
        }
    }

    private let responses: [[Pattern]]

    init() { responses = [] }

    /// - Parameter domain: As `GET /domain` describes it.
    init(domain: JSON) {
        responses = (domain["responses"]?.object ?? [:]).values.compactMap { variations in
            let patterns = (variations.array ?? []).compactMap { $0["text"]?.string }.map(Pattern.init)
            return patterns.count > 1 ? patterns.filter(\.hasWords) : nil
        }
    }

    /// Whether two texts that differ are different variations of one response.
    func areAlternatives(_ one: String, _ other: String) -> Bool {
        guard one.exact != other.exact else { return false }
        return responses.contains { patterns in
            let left = patterns.map { $0.matches(one) }
            let right = patterns.map { $0.matches(other) }
            // Two texts of one variation differ in what is in their slots.
            return left.contains(true) && right.contains(true) && !zip(left, right).contains { $0 && $1 }
        }
    }
}
