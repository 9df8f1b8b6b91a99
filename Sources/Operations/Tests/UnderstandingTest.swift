package import Evaluation
import JSON
import Prefork
import Server
import System
import Training

/// `parley test nlu`: has a model understand examples, and writes down where it errs.
package struct UnderstandingTest: Sendable {
    package var model = "models"
    package var examples: [String] = ["data"]
    /// Configurations; several are compared, one is needed for cross-validation.
    package var configurations: [String] = []
    package var validatesAcross = false
    package var folds = 5
    package var runs = 3
    /// Shares of the training examples that a comparison leaves out, in per cent.
    package var percentages = [0, 25, 50, 75]
    package var selection = ReportSelection()
    package var out = "results"

    package init() {}

    /// - Throws: ``BootFailure`` for what is missing or cannot be used.
    package func run() throws {
        do {
            let data = try TestData.examples(examples)
            if configurations.count > 1 {
                try ConfigurationComparison(test: self, data: data).run()
            } else if validatesAcross {
                try report(try validateAcross(data))
            } else {
                let all = Array(data.completeExamples)
                try report(try TestedModel(model).evaluating { try $0.understanding(of: all) })
            }
        } catch let error as TrainingError {
            throw BootFailure("\(error)", status: ExitStatus.data)
        }
    }

    private func validateAcross(_ data: UnderstandingData) throws -> UnderstandingEvaluation {
        let directory = try TemporaryDirectory(environment: .process)
        defer { directory.delete() }
        let line = StatusLine()
        defer { line.clear() }
        let configuration = try Configuration(path: configurations.first ?? "config.yml")
        return try CrossValidation(folds: folds, threads: MachineProcessors.count).evaluate(
            configuration, data.withoutRareIntents(fewerThan: folds), directory: directory.path
        ) { line.show("\(StatusLine.bar($0, of: folds)) folds") }
    }

    private func report(_ evaluation: UnderstandingEvaluation) throws {
        try ResultDirectory(out).write(evaluation.files(selection))
        let json = evaluation.json
        line("Intents", json["intent_evaluation"])
        line("Responses", json["response_selection_evaluation"])
        for (extractor, evaluation) in json["entity_evaluation"]?.object ?? [:] {
            line("Entities of \(extractor)", evaluation)
        }
        Output.line("The results are in '\(out)'.")
    }

    private func line(_ name: String, _ evaluation: JSON?) {
        guard let accuracy = evaluation?["accuracy"]?.double, let f1 = evaluation?["f1_score"]?.double else { return }
        Output.line("\(name): accuracy \(Self.rounded(accuracy)), weighted F1 \(Self.rounded(f1))")
    }

    private static func rounded(_ share: Double) -> String {
        let thousandths = Int((share * 1000).rounded())
        return "\(thousandths / 1000).\(String(1000 + thousandths % 1000).dropFirst())"
    }
}
