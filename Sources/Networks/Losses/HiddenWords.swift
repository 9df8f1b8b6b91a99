/// Which words of a batch are hidden from the network, which has to guess them (`use_masked_language_model`; Rasa's
/// `InputMask`): each token with a probability of 15 %.
package struct HiddenWords: Sendable {
    /// What the network sees in place of a word.
    package enum Substitute: Sendable, Hashable {
        /// The learned vector.
        case vector
        /// Another row of the batch; no gradient goes there.
        case row(Int32)
        /// Numbers drawn evenly between the batch's lowest and highest. (Rasa fills up texts with them to the length of
        /// the longest, and they are mixed among the others.)
        case noise
        /// The word itself, which is to be guessed all the same.
        case itself
    }

    /// The rows that are to be guessed.
    package private(set) var rows: [Int32] = []
    /// What is seen in their place.
    package private(set) var substitutes: [Substitute] = []
    private var textOrder: [Int32] = []
    private var placeOrder: [Int32] = []

    package init() {}

    package init(rows: [Int32], substitutes: [Substitute]) {
        self.rows = rows
        self.substitutes = substitutes
    }

    /// Chooses anew for a batch. Where chance chooses none, the first row is to be guessed without being hidden.
    package mutating func choose(_ texts: [TextRows], using generator: inout some RandomNumberGenerator) {
        rows.removeAll(keepingCapacity: true)
        substitutes.removeAll(keepingCapacity: true)
        // Other rows come from one order of the texts and one of the places for the whole batch.
        Self.order(&textOrder, texts.count, using: &generator)
        Self.order(&placeOrder, texts.map { $0.tokens + $0.others }.max() ?? 0, using: &generator)
        for (index, text) in texts.enumerated() {
            for place in 0..<text.tokens where Self.share(using: &generator) >= 1 - Self.hidden {
                rows.append(Int32(text.first + place))
                let share = Self.share(using: &generator)
                if share < Self.vector {
                    substitutes.append(.vector)
                } else if share < Self.vector + Self.random {
                    let other = texts[Int(textOrder[index])]
                    let place = Int(placeOrder[place])
                    substitutes.append(place < other.tokens ? .row(Int32(other.first + place)) : .noise)
                } else {
                    substitutes.append(.itself)
                }
            }
        }
        if rows.isEmpty, let first = texts.first {
            rows.append(Int32(first.first))
            substitutes.append(.itself)
        }
    }

    private static let (hidden, vector, random) = (0.15, 0.7, 0.1)

    private static func share(using generator: inout some RandomNumberGenerator) -> Double {
        Double(generator.next() >> 11) * 0x1p-53
    }

    private static func order(_ order: inout [Int32], _ count: Int, using generator: inout some RandomNumberGenerator) {
        order.removeAll(keepingCapacity: true)
        for index in 0..<Int32(count) { order.append(index) }
        generator.shuffle(&order)
    }
}
