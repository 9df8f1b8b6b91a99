import Evaluation
package import JSON
import ModelArchive
import Server
import System
import Training

/// Training and evaluation on behalf of a server, with the errors that Rasa answers.
package enum TrainingJobs {
    /// Trains from the body of `POST /model/train`. Returns `{"model": path}`.
    package static func train(_ body: [UInt8], out: String, augmentation: Int) throws -> JSON {
        var request = TrainingRequest(data: [], output: out)
        request.augmentation = augmentation
        request.threads = MachineProcessors.count
        request.writesLogs = false
        do throws(TrainingError) {
            let model = try Trainer(request).train(body, file: "the request's body")
            // They stand in the server's log.
            for warning in model.warnings { Output.warn("\(warning)") }
            return ["model": .string(model.path)]
        } catch {
            switch error.code {
            case .badData: throw badYAML(error)
            case .badDomain: throw JobFailure(status: 400, reason: "InvalidDomainError", message: "\(error)")
            case .nothingToTrain:
                throw trainingFailure(400, "Ran training, but it finished without a trained model.")
            // The request's own fault, though Rasa says 500.
            case .badStories, .badConfiguration, .badRules, .notTrainable:
                throw trainingFailure(400, "\(error)")
            default:
                throw trainingFailure(500, "An unexpected error occurred during training. Error: \(error)")
            }
        }
    }

    private static func trainingFailure(_ status: Int, _ message: String) -> JobFailure {
        JobFailure(status: status, reason: "TrainingError", message: message)
    }

    /// Evaluates understanding with the body of `POST /model/test/intents`. Returns `{"report": …}`.
    package static func testIntents(_ body: [UInt8], model: String?, folds: Int?) throws -> JSON {
        try testing {
            let directory = try TemporaryDirectory(environment: .process)
            defer { directory.delete() }
            if let folds {
                let validation = CrossValidation(
                    folds: folds, threads: MachineProcessors.count, writesLogs: false)
                return try validation.report(on: body, file: "the request's body", directory: directory.path)
            }
            guard let model else {
                throw JobFailure(status: 409, reason: "Conflict", message: "Loaded model file not found.")
            }
            return try Evaluator(try open(model, directory)).understanding(of: body, file: "the request's body")
        }
    }

    /// Evaluates stories with the body of `POST /model/test/stories`. Returns `{"report": …}`.
    package static func testStories(_ body: [UInt8], model: String, isEndToEnd: Bool) throws -> JSON {
        try testing {
            let directory = try TemporaryDirectory(environment: .process)
            defer { directory.delete() }
            let prepared = try open(model, directory)
            guard !prepared.metadata.policies.isEmpty else {
                throw JobFailure(
                    status: 409, reason: "TestingError", message: "The model has no policies to be evaluated.")
            }
            return try Evaluator(prepared).stories(
                of: body, file: "the request's body", isEndToEnd: isEndToEnd)
        }
    }

    /// The model of an archive, or one that the server has prepared already.
    private static func open(_ archive: String, _ directory: TemporaryDirectory) throws -> PreparedModel {
        if let prepared = try? PreparedModel.open(archive) { return prepared }
        let prepared = "\(directory.path)/model"
        do {
            try ModelPreparer().prepare(archive: try ModelLocator.archive(at: archive), into: prepared)
            return try PreparedModel.open(prepared)
        } catch {
            // One response for whatever is wrong with a path: it must not tell which files this machine has.
            throw JobFailure(
                status: 400, reason: "TestingError",
                message:
                    "The model cannot be evaluated: 'model' must be the path of an archive, or of a directory with "
                    + "one; the server's log says what is wrong.", cause: "\(error)")
        }
    }

    private static func testing(_ test: () throws -> JSON) throws -> JSON {
        do {
            return ["report": try test()]
        } catch let failure as JobFailure {
            throw failure
        } catch let error as TrainingError where error.code == .badData {
            throw badYAML(error)
        } catch let error as TrainingError where error.code != .inputOutput {
            throw JobFailure(status: 400, reason: "TestingError", message: "\(error)")
        } catch {
            throw JobFailure(
                status: 500, reason: "TestingError",
                message: "An unexpected error occurred during evaluation. Error: \(error)")
        }
    }

    private static func badYAML(_ error: TrainingError) -> JobFailure {
        JobFailure(
            status: 400, reason: "BadRequest",
            message: "The request body does not contain valid training data. Error: \(error)", help: JobFailure.dataHelp
        )
    }
}
