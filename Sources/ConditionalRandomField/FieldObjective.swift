import Glibc

/// What training a conditional random field makes small: how unlikely the examples are, plus the squares of the
/// weights.
///
/// Weights are in CRFsuite's order: by attribute and label, for the pairs that occur in the examples, then the
/// transitions between all labels.
package final class FieldObjective: SearchObjective {
    package let count: Int
    /// The weights of each attribute, and the label of each of them.
    let featureStarts: [Int]
    let featureLabels: [Int32]

    private let examples: FieldExamples
    private let l2: Double
    private let observed: [Double]
    private var lattice: FieldLattice
    private var factors: [Double]

    /// - Parameter squares: The factor of the sum of squares (`L2_c`).
    package init(_ examples: FieldExamples, l2: Double) {
        self.examples = examples
        self.l2 = l2
        let labels = examples.labels.count
        var seen = [Set<Int32>](repeating: [], count: examples.attributes.count)
        for word in 0..<examples.words {
            for place in examples.starts[word]..<examples.starts[word + 1] {
                seen[Int(examples.ids[place])].insert(examples.tags[word])
            }
        }
        var (starts, featureLabels) = ([0], [Int32]())
        for labels in seen {
            featureLabels += labels.sorted()
            starts.append(featureLabels.count)
        }
        featureStarts = starts
        self.featureLabels = featureLabels
        count = featureLabels.count + labels * labels
        lattice = FieldLattice(labels: labels)
        factors = Array(repeating: 1, count: labels * labels)
        var observed = [Double](repeating: 0, count: count)
        for sentence in examples.sentences {
            for word in sentence {
                let tag = examples.tags[word]
                for place in examples.starts[word]..<examples.starts[word + 1] {
                    let id = Int(examples.ids[place])
                    for feature in starts[id]..<starts[id + 1] where featureLabels[feature] == tag {
                        observed[feature] += examples.weights[place]
                    }
                }
                if word > sentence.lowerBound {
                    observed[featureLabels.count + Int(examples.tags[word - 1]) * labels + Int(tag)] += 1
                }
            }
        }
        self.observed = observed
    }

    /// The value at a point, and where it grows.
    package func evaluate(_ weights: [Double], gradient: inout [Double]) -> Double {
        let labels = examples.labels.count
        let transitions = featureLabels.count
        for place in 0..<count { gradient[place] = -observed[place] }
        for place in factors.indices { factors[place] = exp(weights[transitions + place]) }
        var likelihood = 0.0
        for sentence in examples.sentences {
            lattice.prepare(words: sentence.count)
            for word in sentence { score(word, as: word - sentence.lowerBound, weights) }
            let path = pathScore(sentence, weights)
            let total = lattice.run(words: sentence.count, factors: factors, wantsTransitions: true)
            likelihood += path - total
            for word in sentence { expect(word, as: word - sentence.lowerBound, &gradient) }
            for place in 0..<labels * labels { gradient[transitions + place] += lattice.transitions[place] }
        }
        var norm = 0.0
        for place in 0..<count {
            norm += weights[place] * weights[place]
            gradient[place] += l2 * 2 * weights[place]
        }
        return -likelihood + l2 * norm
    }

    private func score(_ word: Int, as row: Int, _ weights: [Double]) {
        for place in examples.starts[word]..<examples.starts[word + 1] {
            let (id, value) = (Int(examples.ids[place]), examples.weights[place])
            for feature in featureStarts[id]..<featureStarts[id + 1] {
                lattice.add(weights[feature] * value, word: row, label: Int(featureLabels[feature]))
            }
        }
    }

    /// The score of the right labels, while the lattice still holds sums of weights.
    private func pathScore(_ sentence: Range<Int>, _ weights: [Double]) -> Double {
        let labels = examples.labels.count
        var sum = 0.0
        for word in sentence {
            let tag = Int(examples.tags[word])
            if word > sentence.lowerBound {
                sum += weights[featureLabels.count + Int(examples.tags[word - 1]) * labels + tag]
            }
            sum += lattice.states[(word - sentence.lowerBound) * labels + tag]
        }
        return sum
    }

    private func expect(_ word: Int, as row: Int, _ gradient: inout [Double]) {
        let labels = examples.labels.count
        for place in examples.starts[word]..<examples.starts[word + 1] {
            let (id, value) = (Int(examples.ids[place]), examples.weights[place])
            for feature in featureStarts[id]..<featureStarts[id + 1] {
                gradient[feature] += lattice.marginals[row * labels + Int(featureLabels[feature])] * value
            }
        }
    }
}
