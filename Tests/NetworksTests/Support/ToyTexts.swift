import Tensors

@testable import Networks

/// Small made-up messages: some words that tell the intent, some that are an entity, and noise.
struct ToyTexts {
    var intents = 4
    var messagesPerIntent = 12
    var words = 60
    /// Entities, roles, groups.
    var tagSets = 1
    /// Of dense features of tokens and of whole texts; nil for none.
    var denseWidths: (Int, Int)?
    var seed: UInt64 = 7

    var examples: TextExamples {
        var random = RandomStream(RandomKey(seed))
        var examples = TextExamples()
        for intent in 0..<intents {
            for _ in 0..<messagesPerIntent {
                let length = 2 + random.index(below: 7)
                var words = (0..<length).map { _ in 3 * intents + random.index(below: self.words - 3 * intents) }
                words[random.index(below: length)] = intent
                var tags = [Int32](repeating: 0, count: length)
                let place = random.index(below: length)
                if words[place] >= 3 * intents {
                    words[place] = intents + random.index(below: 2 * intents)
                    tags[place] = 1 + Int32(words[place] % 2)
                }
                let others = tags.map { $0 == 0 ? Int32(0) : Int32(1 + words[place] / 2 % 3) }
                examples.examples.append(
                    TextExample(
                        rows: rows(words, &random), label: intent, tags: Array([tags, others, others].prefix(tagSets))))
            }
        }
        examples.labels = (0..<intents).map { label($0) }
        let sets = [TagSet(kind: .entity, count: 3), TagSet(kind: .role, count: 4), TagSet(kind: .group, count: 4)]
        examples.tagSets = Array(sets.prefix(tagSets))
        return examples
    }

    /// The name of an intent: a part of its own and one that half of them share.
    private func label(_ intent: Int) -> TextFeatureRows {
        var matrix = SparseMatrix(columns: intents + 2)
        matrix.appendRow([(column: intent, value: Float(1))])
        matrix.appendRow([(column: intents + intent % 2, value: Float(1))])
        return TextFeatureRows(sequence: FeatureSet(sparse: matrix), sentence: FeatureSet(sparse: matrix.sumOfRows()))
    }

    private func rows(_ words: [Int], _ random: inout RandomStream) -> TextFeatureRows {
        var tokens = SparseMatrix(columns: self.words + 2)
        var all = SparseMatrix(columns: self.words)
        for (place, word) in words.enumerated() {
            let last = self.words + (place == 0 ? 0 : 1)
            tokens.appendRow([word, last].map { (column: $0, value: Float(1)) })
        }
        all.appendRow(words.map { (column: $0, value: Float(1)) })
        var rows = TextFeatureRows(sequence: FeatureSet(sparse: tokens), sentence: FeatureSet(sparse: all))
        if let (width, sentenceWidth) = denseWidths {
            rows.sequence.dense = Self.matrix(words.count, width, &random)
            rows.sentence.dense = Self.matrix(1, sentenceWidth, &random)
        }
        return rows
    }

    private static func matrix(_ rows: Int, _ columns: Int, _ random: inout RandomStream) -> Matrix {
        Matrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in random.normal() })
    }

    /// A network that is small enough for tests.
    static var options: TextOptions {
        var options = TextOptions()
        options.text.denseDimension = 24
        options.text.concatDimension = 24
        options.text.transformer.units = 32
        options.text.transformer.layers = 1
        options.label.denseDimension = 12
        options.learning.epochs = 60
        // Dropped input would take the words that tell.
        options.text.dropout.rate = 0.1
        options.text.dropout.dropsSparseInput = false
        options.learning.seed = 3
        options.learning.batchSizes = BatchSizes(first: 16, last: 32)
        options.learning.learningRate = 0.005
        return options
    }
}
