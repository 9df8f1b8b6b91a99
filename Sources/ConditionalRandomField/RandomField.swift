import Glibc
package import JSON
import TextFeatures

/// A trained conditional random field: a weight for each attribute of a word and label, and for each label behind
/// another.
package struct RandomField: Sendable {
    /// The labels in the order in which the training data have them.
    package let labels: [String]
    /// The place in the table of each attribute that has weights.
    private let attributes: Vocabulary
    private let rowStarts: [Int32]
    private let columns: [Int32]
    private let weights: [Double]
    /// The exponentials of the transitions' weights.
    private let factors: [Double]

    /// A field from its stored form; nil if that does not fit together.
    package init?(_ json: JSON) {
        guard let labels = json["labels"]?.array?.compactMap(\.string),
            let names = json["attributes"]?.array?.compactMap(\.string), let rows = json["rows"]?.array,
            let transitions = json["transitions"]?.array?.compactMap(\.double), names.count == rows.count,
            transitions.count == labels.count * labels.count
        else { return nil }
        var attributes = Vocabulary(capacity: names.count)
        var (starts, columns, weights): ([Int32], [Int32], [Double]) = ([0], [], [])
        for (row, name) in names.enumerated() {
            attributes.insert(name.utf8, column: Int32(truncatingIfNeeded: row))
            let parts = rows[row].array ?? []
            for place in stride(from: 0, to: parts.count - 1, by: 2) {
                guard let label = parts[place].int, labels.indices.contains(label), let weight = parts[place + 1].double
                else { return nil }
                columns.append(Int32(truncatingIfNeeded: label))
                weights.append(weight)
            }
            starts.append(Int32(truncatingIfNeeded: columns.count))
        }
        self.labels = labels
        self.attributes = attributes
        (rowStarts, self.columns, self.weights) = (starts, columns, weights)
        factors = transitions.map { exp($0) }
    }

    /// The stored form of what training found.
    package static func stored(_ examples: FieldExamples, _ objective: FieldObjective, _ weights: [Double]) -> JSON {
        var (names, rows): ([JSON], [JSON]) = ([], [])
        for (id, name) in examples.attributes.enumerated() {
            var parts: [JSON] = []
            for feature in objective.featureStarts[id]..<objective.featureStarts[id + 1] where weights[feature] != 0 {
                parts += [.int(Int(objective.featureLabels[feature])), .double(weights[feature])]
            }
            guard !parts.isEmpty else { continue }
            names.append(.string(String(decoding: name, as: UTF8.self)))
            rows.append(.array(parts))
        }
        return [
            "labels": .array(examples.labels.map(JSON.string)), "attributes": .array(names), "rows": .array(rows),
            "transitions": .array(weights[objective.featureLabels.count...].map(JSON.double)),
        ]
    }

    /// The probabilities of the labels, one row per word.
    package func marginals(of tokens: [FieldToken], _ window: FieldWindow) -> [ArraySlice<Double>] {
        guard !tokens.isEmpty, !labels.isEmpty else { return [] }
        var lattice = FieldLattice(labels: labels.count)
        lattice.prepare(words: tokens.count)
        var name: [UInt8] = []
        for index in tokens.indices {
            window.forEachAttribute(of: index, in: tokens, name: &name) { name, weight in
                guard weight != 0, let row = attributes.column(of: name, in: 0..<name.count) else { return }
                for place in Int(rowStarts[Int(row)])..<Int(rowStarts[Int(row) + 1]) {
                    lattice.add(weights[place] * weight, word: index, label: Int(columns[place]))
                }
            }
        }
        _ = lattice.run(words: tokens.count, factors: factors, wantsTransitions: false)
        return tokens.indices.map { lattice.marginals[$0 * labels.count..<($0 + 1) * labels.count] }
    }
}
