import ConditionalRandomField
import ExactText
import JSON
import ModelArchive
import PythonSemantics

/// What a configuration says of a `LogisticRegressionClassifier`, checked.
struct RegressionOptions {
    let maxSteps: Int
    let tolerance: Double
    /// What Rasa hands to scikit-learn, as its archive keeps it.
    let solver: String
    let seed: JSON
    /// Whether each intent is learned against all others, instead of all at once.
    var isOneAgainstRest: Bool { solver.exact == "liblinear" }

    private static let defaults: JSONObject = [
        "max_iter": 100, "solver": "lbfgs", "tol": 0.0001, "random_state": 42, "ranking_length": 10,
    ]

    init(_ step: PipelineStep) throws(TrainingError) {
        let options = try OptionReader(step, defaults: Self.defaults)
        maxSteps = try options.whole("max_iter")
        guard let tolerance = options["tol"].pythonNumber, tolerance > 0, tolerance.isFinite else {
            throw options.wrong("tol", "a number above 0")
        }
        self.tolerance = tolerance
        // All but the last look for the same weights.
        solver = try options.choice("solver", ["lbfgs", "newton-cg", "sag", "saga", "liblinear"])
        seed = options["random_state"]
        guard seed.isNull || seed.pythonInteger.flatMap({ UInt32(exactly: $0) }) != nil else {
            throw options.wrong("random_state", "a whole number from 0 to \(UInt32.max), or null")
        }
        guard options["ranking_length"].pythonInteger != nil else {
            throw options.wrong("ranking_length", "a whole number, or 0 for all")
        }
    }
}

/// A logistic regression that has been learned.
struct TrainedRegression {
    let labels: [String]
    let columns: Int
    /// Row by row, one for each label; a single one for two labels.
    let coefficients: [Double]
    let intercepts: [Double]

    /// As an archive keeps it.
    func saved(_ options: RegressionOptions) -> SavedRegression {
        SavedRegression(
            labels: labels, columns: columns, coefficients: coefficients, intercepts: intercepts,
            steps: [Int32(clamping: options.maxSteps)],
            settings: [
                "penalty": "l2", "dual": false, "tol": .double(options.tolerance), "C": 1.0, "fit_intercept": true,
                "intercept_scaling": 1, "class_weight": "balanced", "random_state": options.seed,
                "solver": .string(options.solver), "max_iter": .int(options.maxSteps), "multi_class": "auto",
                "verbose": 0, "warm_start": false, "n_jobs": .null, "l1_ratio": .null,
                "n_features_in_": .int(columns),
            ])
    }
}

/// Learns a logistic regression as scikit-learn does it for Rasa: with L2 of strength 1, and each label counting alike
/// however many examples it has.
struct RegressionTraining {
    private let examples: RegressionExamples
    private let options: RegressionOptions

    init(_ examples: RegressionExamples, _ options: RegressionOptions) {
        (self.examples, self.options) = (examples, options)
    }

    func train() -> TrainedRegression {
        let (labels, ids) = examples.intents
        var counts = [Double](repeating: 0, count: labels.count)
        for id in ids { counts[id] += 1 }
        let weights = counts.map { Double(examples.count) / (Double(labels.count) * $0) }
        let rows: [[Double]]
        if labels.count == 2 {
            rows = [search(ids, ids.map { weights[$0] }, rows: 1)]
        } else if options.isOneAgainstRest {
            rows = labels.indices.map { label in
                search(ids.map { $0 == label ? 1 : 0 }, ids.map { $0 == label ? weights[label] : 1 }, rows: 1)
            }
        } else {
            let all = search(ids, ids.map { weights[$0] }, rows: labels.count)
            let width = examples.columns + 1
            rows = labels.indices.map { Array(all[$0 * width..<($0 + 1) * width]) }
        }
        return TrainedRegression(
            labels: labels, columns: examples.columns, coefficients: rows.flatMap { $0.dropLast() },
            intercepts: rows.map { $0[examples.columns] })
    }

    private func search(_ ids: [Int], _ shares: [Double], rows: Int) -> [Double] {
        let objective = RegressionObjective(
            examples, ids: ids, shares: shares, rows: rows, penalizesIntercepts: options.isOneAgainstRest)
        // scikit-learn ends where no slope is above the tolerance; this length of all of them is below that.
        let training = FieldTraining(
            l1: 0, maxSteps: options.maxSteps, gradientTolerance: options.tolerance / 10, leastGain: 0, memory: 10)
        return training.minimize(objective).weights
    }
}
