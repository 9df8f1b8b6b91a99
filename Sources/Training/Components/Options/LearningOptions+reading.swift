import JSON
import Networks
import PythonSemantics

extension LearningOptions {
    /// What the options of a component say of how its network learns.
    init(_ options: OptionReader) throws(TrainingError) {
        self.init()
        epochs = try options.whole("epochs")
        batchSizes = try Self.batchSizes(options)
        isBalanced = try options.choice("batch_strategy", ["balanced", "sequence"]) == "balanced"
        dropsSmallLastBatch = options.flag("drop_small_last_batch")
        learningRate = try options.number(
            "learning_rate", in: PartialRangeFrom(Double.leastNonzeroMagnitude), "a number above 0")
        seed = try Self.seed(options)
        regularization = try options.number("regularization_constant", in: 0..., "a number of at least 0")
        guard let every = options["evaluate_every_number_of_epochs"].pythonInteger, every == -1 || every > 0 else {
            throw options.wrong("evaluate_every_number_of_epochs", "a whole number above 0, or -1 for the end")
        }
        evaluatesEvery = every == -1 ? epochs : every
        guard let heldBack = options["evaluate_on_number_of_examples"].pythonInteger, heldBack <= Int(Int32.max) else {
            throw options.wrong("evaluate_on_number_of_examples", "a whole number; 0 holds nothing back")
        }
        // Below 0 Rasa holds nothing back either.
        self.heldBack = max(0, heldBack)
        // Without examples held back there is nothing by which one epoch could be called better.
        keepsBest = options.flag("checkpoint_model") && self.heldBack > 0
    }

    /// What is probably not meant: evaluations, or the best one's weights, that are asked for and never come.
    func warnings(_ options: OptionReader) -> [TrainingWarning] {
        let wantsBest = options.flag("checkpoint_model")
        if heldBack == 0 {
            guard wantsBest else { return [] }
            return [options.warning("checkpoint_model", "needs 'evaluate_on_number_of_examples' above 0; ignored")]
        }
        guard evaluatesEvery > epochs else { return [] }
        let effect = wantsBest ? "nothing is evaluated, and the last weights are kept" : "nothing is evaluated"
        return [
            options.warning(
                "evaluate_every_number_of_epochs",
                "is \(evaluatesEvery), more than the \(epochs) of 'epochs': \(effect)")
        ]
    }

    private static func batchSizes(_ options: OptionReader) throws(TrainingError) -> BatchSizes {
        let written = options["batch_size"]
        let sizes = written.array.map { $0.map(\.pythonInteger) } ?? [written.pythonInteger, written.pythonInteger]
        guard sizes.count == 2, let first = sizes[0], let last = sizes[1], min(first, last) > 0,
            max(first, last) <= Int(Int32.max)
        else { throw options.wrong("batch_size", "a whole number above 0, or a list of two, such as [64, 256]") }
        return BatchSizes(first: first, last: last)
    }

    /// A seed as NumPy takes it.
    private static func seed(_ options: OptionReader) throws(TrainingError) -> UInt64? {
        guard !options["random_seed"].isNull else { return nil }
        guard let seed = options["random_seed"].pythonInteger, let positive = UInt32(exactly: seed) else {
            throw options.wrong("random_seed", "a whole number from 0 to \(UInt32.max), or null")
        }
        return UInt64(positive)
    }
}
