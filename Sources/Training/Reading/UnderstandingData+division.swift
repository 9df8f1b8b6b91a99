import ExactText
import JSON
import OrderedCollections

extension UnderstandingData {
    /// The data in two parts, each of which has about the same share of every intent, or of every response of a
    /// retrieval intent. An intent with two examples or more is in both. What is no example is in both parts.
    ///
    /// - Parameters:
    ///   - trainingShare: The first part's share of the examples, from 0 to 1.
    ///   - seed: Makes the same parts again; nil for others each time.
    package func divided(trainingShare: Double, seed: UInt64?) -> (UnderstandingData, UnderstandingData) {
        var groups: OrderedDictionary<ExactString, [Example]> = [:]
        for example in examples where example.isComplete {
            groups[example.responseKey ?? example.intent ?? "", default: []].append(example)
        }
        var generator = SeededNumbers(seed)
        var (first, second) = (self, self)
        first.examples = []
        second.examples = []
        for group in groups.values {
            let shuffled = group.shuffled(using: &generator)
            var count = Int((trainingShare * Double(group.count)).rounded())
            if group.count > 1, trainingShare > 0, trainingShare < 1 { count = min(max(count, 1), group.count - 1) }
            first.examples += shuffled.prefix(count)
            second.examples += shuffled.dropFirst(count)
        }
        return (first.withNeededResponses, second.withNeededResponses)
    }

    /// The data without examples of intents that have fewer than this many.
    package func withoutRareIntents(fewerThan count: Int) -> UnderstandingData {
        var counts: [ExactString: Int] = [:]
        for example in completeExamples { counts[example.intent ?? "", default: 0] += 1 }
        var data = self
        data.examples.removeAll { counts[$0.intent ?? "", default: 0] < count }
        return data
    }

    /// The data with the responses of its own examples only.
    private var withNeededResponses: UnderstandingData {
        let needed = Set<ExactString>(examples.compactMap { $0.responseKey.map { "utter_\($0)" } })
        var data = self
        for (name, _) in responses where !needed.contains(name.exact) { data.responses[name] = nil }
        return data
    }
}

/// Random numbers from a seed (Steele et al., "Fast Splittable Pseudorandom Number Generators", 2014).
package struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    /// - Parameter seed: Nil for numbers that nobody foresees.
    package init(_ seed: UInt64?) { state = seed ?? .random(in: .min ... .max) }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
