package import Tensors

/// What a network of texts learns from.
package struct TextExamples: Sendable {
    package var examples: [TextExample] = []
    /// The features of every label, by its id.
    package var labels: [TextFeatureRows] = []
    /// The kinds of tags, in the order entity, role, group; empty where there is none to be told.
    package var tagSets: [TagSet] = []
    /// The widths of sparse features by featurizer in the order of the pipeline, for tokens and for sentences. The
    /// network itself needs their sums only; learning on from other weights needs them to find the columns again.
    package var sparseWidths = SparseWidths()

    package init() {}
}

/// A message.
package struct TextExample: Sendable {
    package var rows: TextFeatureRows
    /// The id of its label; nil where it has none.
    package var label: Int?
    /// The tag of each token, one list for each of the tag sets.
    package var tags: [[Int32]]

    package init(rows: TextFeatureRows, label: Int?, tags: [[Int32]] = []) {
        self.rows = rows
        self.label = label
        self.tags = tags
    }
}

/// The features of a text or name: a row for each token, and one for the whole. An empty set where no featurizer makes
/// them.
package struct TextFeatureRows: Sendable {
    package var sequence: FeatureSet
    package var sentence: FeatureSet

    package init(sequence: FeatureSet = FeatureSet(), sentence: FeatureSet = FeatureSet()) {
        self.sequence = sequence
        self.sentence = sentence
    }
}

/// Tags of one kind; 0 is the one that says nothing.
package struct TagSet: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case entity, role, group
    }

    package var kind: Kind
    package var count: Int

    package init(kind: Kind, count: Int) {
        self.kind = kind
        self.count = count
    }
}

package struct SparseWidths: Sendable, Hashable {
    package var sequence: [Int]
    package var sentence: [Int]

    package init(sequence: [Int] = [], sentence: [Int] = []) {
        self.sequence = sequence
        self.sentence = sentence
    }
}
