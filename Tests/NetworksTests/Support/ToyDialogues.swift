import Tensors

@testable import Networks

/// Small made-up dialogues: after an intent comes an action that depends on it and on the intent before, then the
/// assistant listens again.
struct ToyDialogues {
    var intents = 3
    var dialogues = 16
    var length = 4
    /// The turns that examples have at least.
    var shortest = 1
    var history = 5
    var seed: UInt64 = 5
    /// Whether some turns of the user are texts, with tags, and some actions too.
    var hasTexts = false
    /// Whether each example has one label after each turn.
    var areWhole = false

    /// Action 0 listens; of the rest one for each pair of intents.
    private var actions: Int { 1 + intents * intents }

    var examples: DialogueExamples {
        var random = RandomStream(RandomKey(seed))
        var examples = DialogueExamples()
        var known: [[Int]: Int32] = [:]
        for _ in 0..<dialogues {
            var (turns, labels): ([Int32], [Int32]) = ([], [])
            var last = 0
            for _ in 0..<length {
                let intent = random.index(below: intents)
                let action = 1 + intent * intents + last
                // What was said is a text in every third case, and then the action is one as well.
                let isText = hasTexts && random.index(below: 3) == 0
                for (key, label) in [([intent, 0, isText ? 1 : 0], action), ([-1, action, isText ? 1 : 0], 0)] {
                    let turn: Int32
                    if let old = known[key] {
                        turn = old
                    } else {
                        turn = Int32(examples.turns.count)
                        known[key] = turn
                        examples.turns.append(self.turn(key[0], key[1], isText: isText))
                    }
                    turns.append(turn)
                    labels.append(Int32(label))
                    guard !areWhole, turns.count >= shortest else { continue }
                    examples.examples.append(
                        DialogueExample(turns: Array(turns.suffix(history)), labels: [Int32(label)]))
                }
                last = intent
            }
            if areWhole { examples.examples.append(DialogueExample(turns: turns, labels: labels)) }
        }
        examples.labels = (0..<actions).map { action in
            hasTexts && action % 4 == 3
                ? [.actionText: text([action, action + 1])] : [.actionName: dense(action, actions)]
        }
        examples.entityTags = hasTexts ? 3 : nil
        return examples
    }

    private func turn(_ intent: Int, _ action: Int, isText: Bool) -> Turn {
        var turn = Turn(attributes: [:])
        if intent >= 0 {
            if isText {
                turn.attributes[.text] = text([20 + intent, 30, 40 + intent])
                turn.tags = [0, 1, 2]
            } else {
                turn.attributes[.intent] = sparse([intent], intents)
            }
            if intent == 1 { turn.attributes[.entities] = sparse([0, 1], 2) }
        }
        turn.attributes[isText && action > 0 ? .actionText : .actionName] =
            isText && action > 0 ? text([action, 50]) : sparse([action], actions)
        if action % 2 == 1 { turn.attributes[.slots] = sparse([action % 3], 3) }
        return turn
    }

    private func sparse(_ columns: [Int], _ width: Int) -> TextFeatureRows {
        var matrix = SparseMatrix(columns: width)
        matrix.appendRow(columns.map { (column: $0, value: 1) })
        return TextFeatureRows(sentence: FeatureSet(sparse: matrix))
    }

    private func dense(_ column: Int, _ width: Int) -> TextFeatureRows {
        var matrix = Matrix(rows: 1, columns: width)
        matrix[0, column] = 1
        return TextFeatureRows(sentence: FeatureSet(dense: matrix))
    }

    private func text(_ words: [Int]) -> TextFeatureRows {
        var (tokens, all) = (SparseMatrix(columns: 60), SparseMatrix(columns: 60))
        for word in words { tokens.appendRow(CollectionOfOne((column: word, value: Float(1)))) }
        all.appendRow(words.map { (column: $0, value: 1) })
        return TextFeatureRows(sequence: FeatureSet(sparse: tokens), sentence: FeatureSet(sparse: all))
    }

    /// The same with all intents that can follow a state as its labels, as UnexpecTED has them.
    var severalLabels: DialogueExamples {
        var examples = self.examples
        for index in examples.examples.indices {
            let last = examples.examples[index].turns.last ?? 0
            // After an action any intent but the one of its number can come.
            examples.examples[index].labels = (0..<Int32(intents)).filter { $0 != last % Int32(intents) }
        }
        examples.labels = (0..<intents).map { [.intent: dense($0, intents)] }
        return examples
    }

    /// A network that is small enough for tests.
    static var options: DialogueOptions {
        var options = DialogueOptions()
        for attribute in TurnAttribute.allCases {
            var encoder = EncoderOptions()
            encoder.denseDimension = attribute.isText ? 16 : 8
            encoder.concatDimension = 16
            encoder.transformer.units = 16
            encoder.transformer.layers = 1
            encoder.dropout.rate = 0
            options.encoders[.turn(attribute)] = encoder
            options.encoders[.label(attribute)] = encoder
        }
        options.encodingDimension = 16
        options.transformer.units = 32
        options.transformer.layers = 1
        options.similarity.scalesLoss = true
        options.learning.regularization = 0.001
        options.learning.epochs = 120
        options.learning.seed = 3
        options.learning.batchSizes = BatchSizes(first: 16, last: 32)
        options.learning.learningRate = 0.005
        return options
    }
}
