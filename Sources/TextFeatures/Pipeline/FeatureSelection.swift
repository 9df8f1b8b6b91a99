import JSON
import Tensors

/// Which featurizers a network was trained with, and how wide their features are together.
package struct FeatureSelection: Sendable, Equatable {
    /// Places of the featurizers; nil for all.
    private let origins: Set<Int>?
    /// Columns of all token features.
    package let sequenceWidth: Int
    /// Columns of all sentence features.
    package let sentenceWidth: Int

    /// - Parameter names: The option `featurizers`.
    package init(_ names: NameSelection, among layout: [FeatureWidths]) {
        let chosen = layout.indices.filter { names.contains(layout[$0].name) }
        origins = names == .all ? nil : Set(chosen)
        sequenceWidth = chosen.reduce(0) { $0 + layout[$1].sequence }
        sentenceWidth = chosen.reduce(0) { $0 + layout[$1].sentence }
    }

    /// The features side by side; nil if there are none.
    ///
    /// A featurizer that made nothing of a message leaves no gap: those behind it move to the left, as in Rasa, where
    /// `RegexFeaturizer` makes nothing of an empty text.
    func combine(_ blocks: [FeatureBlock]) -> CombinedFeatures? {
        let chosen = blocks.filter { origins?.contains($0.origin) ?? true }
        guard !chosen.isEmpty else { return nil }
        return CombinedFeatures(
            sequence: Self.stack(chosen.map(\.sequence), width: sequenceWidth),
            sentence: Self.stack(chosen.compactMap(\.sentence), width: sentenceWidth))
    }

    /// Features one beside the other; nil if there are none.
    static func stack(_ parts: [SparseRows]) -> FeatureSet? {
        stack(parts, width: parts.reduce(0) { $0 + $1.columns })
    }

    private static func stack(_ parts: [SparseRows], width: Int) -> FeatureSet? {
        guard let rows = parts.first?.rows else { return nil }
        let count = parts.reduce(0) { $0 + $1.values.count }
        var (starts, indices, values): ([Int32], [Int32], [Float]) = ([0], [], [])
        starts.reserveCapacity(rows + 1)
        indices.reserveCapacity(count)
        values.reserveCapacity(count)
        for row in 0..<rows {
            var offset: Int32 = 0
            for part in parts {
                let range = part.range(row)
                for index in range { indices.append(part.indices[index] + offset) }
                values.append(contentsOf: part.values[range])
                offset += Int32(part.columns)
            }
            starts.append(Int32(values.count))
        }
        let matrix = try? SparseMatrix(columns: width, rowStarts: starts, columnIndices: indices, values: values)
        return matrix.map { FeatureSet(sparse: $0) }
    }
}
