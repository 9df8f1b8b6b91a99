import JSON
import ModelArchive
import Training

/// Training and evaluation on behalf of a server, with the errors that Rasa answers.
enum TrainingJobs {
    /// Trains from the body of `POST /model/train`. Answers `{"model": path}`.
    static func train(_ body: [UInt8], out: String, augmentation: Int) throws -> JSON {
        var request = TrainingRequest(data: [], output: out)
        request.augmentation = augmentation
        do throws(TrainingError) {
            return ["model": .string(try Trainer(request).train(body, file: "the request's body").path)]
        } catch {
            switch error.code {
            case .badData: throw badYAML(error)
            case .nothingToTrain:
                throw JobFailure(
                    status: 500, reason: "TrainingError",
                    message: "Ran training, but it finished without a trained model.")
            default:
                throw JobFailure(
                    status: 500, reason: "TrainingError",
                    message: "An unexpected error occurred during training. Error: \(error)")
            }
        }
    }

    /// Evaluates understanding with the body of `POST /model/test/intents`. Answers `{"report": …}`.
    static func testIntents(_ body: [UInt8], model: String?, folds: Int?) throws -> JSON {
        try testing {
            let folder = try ScratchFolder(environment: Environment())
            defer { folder.delete() }
            if let folds {
                return try CrossValidation(folds: folds).report(
                    on: body, file: "the request's body", folder: folder.path)
            }
            guard let model else {
                throw JobFailure(status: 409, reason: "Conflict", message: "Loaded model file not found.")
            }
            return try Evaluator(try open(model, folder)).understanding(of: body, file: "the request's body")
        }
    }

    /// Evaluates stories with the body of `POST /model/test/stories`. Answers `{"report": …}`.
    static func testStories(_ body: [UInt8], model: String, isEndToEnd: Bool) throws -> JSON {
        try testing {
            let folder = try ScratchFolder(environment: Environment())
            defer { folder.delete() }
            return try Evaluator(try open(model, folder)).stories(
                of: body, file: "the request's body", isEndToEnd: isEndToEnd)
        }
    }

    private static func open(_ archive: String, _ folder: ScratchFolder) throws -> PreparedModel {
        let prepared = "\(folder.path)/model"
        try ModelPreparer().prepare(archive: archive, into: prepared)
        return try PreparedModel.open(prepared)
    }

    private static func testing(_ test: () throws -> JSON) throws -> JSON {
        do {
            return ["report": try test()]
        } catch let failure as JobFailure {
            throw failure
        } catch let error as TrainingError where error.code == .badData {
            throw badYAML(error)
        } catch {
            throw JobFailure(
                status: 500, reason: "TestingError",
                message: "An unexpected error occurred during evaluation. Error: \(error)")
        }
    }

    private static func badYAML(_ error: TrainingError) -> JobFailure {
        JobFailure(
            status: 400, reason: "BadRequest",
            message: "The request body does not contain valid YAML. Error: \(error)", help: JobFailure.dataHelp)
    }
}
