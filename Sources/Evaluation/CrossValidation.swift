import Dialogue
import ExactText
import Glibc
package import JSON
import ModelArchive
import NLU
import OrderedCollections
package import System
package import Training
import YAML

/// Trains understanding several times, each time without a part of the examples, and holds the models against that
/// part.
package struct CrossValidation {
    package let folds: Int
    /// On how many threads networks learn.
    private let threads: Int
    /// See `TrainingRequest`.
    private let writesLogs: Bool

    package init(folds: Int, threads: Int = 1, writesLogs: Bool = true) {
        (self.folds, self.threads, self.writesLogs) = (folds, threads, writesLogs)
    }

    /// The report of `POST /model/test/intents` with `cross_validation_folds`.
    ///
    /// - Parameters:
    ///   - text: Configuration and examples as YAML.
    ///   - directory: An existing directory for the models; what is put there is removed again.
    /// - Throws: ``TrainingError``, or the error of a model that cannot be loaded.
    package func report(
        on text: [UInt8], file: String, directory: String, environment: EnvironmentVariables = .process
    ) throws -> JSON {
        let document = try Trainer.document(text, file: file, environment)
        let data = try UnderstandingReader.read([.document(document)]).data
        return try evaluate(try Configuration(document), data, directory: directory).crossValidationJSON
    }

    /// What the models made of the parts that they were not trained with.
    ///
    /// - Parameters:
    ///   - directory: An existing directory for the models; what is put there is removed again.
    ///   - done: Is told after each part how many are done.
    /// - Throws: ``TrainingError``, or the error of a model that cannot be loaded.
    package func evaluate(
        _ configuration: Configuration, _ data: UnderstandingData, directory: String, done: (Int) -> Void = { _ in }
    ) throws -> UnderstandingEvaluation {
        let examples = data.examples.filter(\.isComplete)
        let parts = try parts(of: examples)
        var evaluation = UnderstandingEvaluation()
        for fold in 0..<folds {
            var training = data
            training.examples = zip(examples, parts).filter { $0.1 != fold }.map(\.0)
            let held = zip(examples, parts).filter { $0.1 == fold }.map(\.0)
            try evaluation.add(held, try interpreter(configuration, training, "\(directory)/fold-\(fold)-\(getpid())"))
            done(fold + 1)
        }
        return evaluation
    }

    private func interpreter(
        _ configuration: Configuration, _ data: UnderstandingData, _ path: String
    ) throws -> Interpreter {
        var request = TrainingRequest(data: [], output: path)
        request.part = .understanding
        request.fixedName = "model"
        request.threads = threads
        request.writesLogs = writesLogs
        let archive = try Trainer(request).trainUnderstanding(configuration, data)
        let prepared = "\(path)/prepared"
        defer {
            unlink(archive)
            Directory.delete(prepared)
            rmdir(path)
        }
        try ModelPreparer().prepare(archive: archive, into: prepared)
        return try Interpreter(model: try PreparedModel.open(prepared), domainIntents: [], domainEntities: [])
    }

    /// The part of each example, so that every part has about the same share of every intent.
    private func parts(of examples: [Example]) throws(TrainingError) -> [Int] {
        var byIntent: OrderedDictionary<ExactString, [Int]> = [:]
        for (index, example) in examples.enumerated() {
            byIntent[example.responseKey ?? example.intent ?? "", default: []].append(index)
        }
        let maxCount = byIntent.values.map(\.count).max() ?? 0
        guard folds >= 2, folds <= maxCount else {
            throw TrainingError(
                .badData,
                folds < 2
                    ? "cross-validation needs 2 folds or more, not \(folds)"
                    : "there cannot be \(folds) folds; no intent has more than \(maxCount) examples")
        }
        var parts = [Int](repeating: 0, count: examples.count)
        var next = 0
        for indices in byIntent.values {
            for index in indices.shuffled() {
                parts[index] = next % folds
                next += 1
            }
        }
        return parts
    }
}
