/// What an epoch brought, averaged over its batches as Rasa's log has it.
package struct EpochReport: Sendable, Hashable {
    /// Counted from 1.
    package var epoch: Int
    package var epochs: Int
    /// How many steps Adam has made.
    package var steps: Int64
    /// Names and numbers in Rasa's order: `t_loss`, `i_acc`, `e_f1` and so on; those of the examples held back come
    /// after the others and begin with `val_`.
    package var figures: [(name: String, value: Float)] {
        learnedFigures + heldBackFigures.map { (name: "val_\($0.name)", value: $0.value) }
    }
    /// Of the examples that are learned from.
    package var learnedFigures: [(name: String, value: Float)] { learned.figures }
    /// Of the examples held back; empty where they were not looked at.
    package var heldBackFigures: [(name: String, value: Float)] {
        get { heldBack.figures }
        set { heldBack = Figures(newValue) }
    }
    private let learned: Figures
    private var heldBack = Figures([])

    package init(epoch: Int, epochs: Int, steps: Int64, figures: [(name: String, value: Float)]) {
        self.epoch = epoch
        self.epochs = epochs
        self.steps = steps
        learned = Figures(figures)
    }

    /// Tuples cannot be hashed, so that names and values are apart.
    private struct Figures: Hashable {
        private let names: [String]
        private let values: [Float]

        init(_ figures: [(name: String, value: Float)]) {
            (names, values) = (figures.map(\.name), figures.map(\.value))
        }

        var figures: [(name: String, value: Float)] { zip(names, values).map { (name: $0, value: $1) } }
    }
}
