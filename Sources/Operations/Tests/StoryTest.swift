package import Evaluation
import ExactText
import JSON
import Prefork
import Training
import YAML

/// `parley test core`: plays stories and writes down where the model would do otherwise.
package struct StoryTest: Sendable {
    /// Archives; several are compared.
    package var models: [String] = ["models"]
    /// Whether `models` names a directory with the models of a comparison, as `train core` with several `-c` makes it.
    package var comparesDirectory = false
    package var stories: [String] = []
    package var maxStories: Int?
    package var isEndToEnd = false
    package var failsOnErrors = false
    package var selection = ReportSelection()
    package var out = "results"

    package init() {}

    /// - Throws: ``BootFailure`` for what is missing, ``ReportedFailure`` where ``failsOnErrors`` and a story failed.
    package func run() throws {
        let documents: [YAMLNode]
        do throws(TrainingError) {
            documents = try TestData.stories(stories, isEndToEnd: isEndToEnd)
        } catch {
            throw BootFailure("\(error)", status: ExitStatus.data)
        }
        let results = ResultDirectory(out)
        if comparesDirectory {
            try results.write(try ModelComparison.directory(models[0], self, documents).indented, to: "results.json")
        } else if models.count > 1 {
            try results.write(try ModelComparison.models(models, self, documents).indented, to: "results.json")
        } else {
            try test(models[0], documents, results)
        }
    }

    private func test(_ model: String, _ documents: [YAMLNode], _ results: ResultDirectory) throws {
        let evaluation = try evaluate(try TestedModel(model), documents)
        try results.write(evaluation.files(selection))
        if let doubt = doubt(playing: evaluation.stories.count) { Output.warn(doubt) }
        let right = evaluation.stories.count(where: \.isRight)
        let (targets, predictions) = evaluation.predictions
        let rightActions = zip(targets, predictions).count { $0.0.exact == $0.1.exact }
        Output.line("Stories: \(right) of \(evaluation.stories.count) right.")
        Output.line("Actions: \(rightActions) of \(targets.count) right.")
        Output.line("The results are in '\(out)'.")
        guard failsOnErrors, right < evaluation.stories.count else { return }
        for story in evaluation.stories where !story.isRight {
            Output.fail("the story '\(story.name)' failed; see \(out)/failed_test_stories.yml")
        }
        throw ReportedFailure(status: 1)
    }

    /// What is probably not meant by so many stories.
    func doubt(playing count: Int) -> String? {
        guard count == 0 else { return nil }
        guard maxStories != 0 else { return "no story is tested with --max-stories 0" }
        let places = stories.map { "'\($0)'" }.joined(separator: ", ")
        return "there are no stories in \(places), so that nothing is tested; name others with --stories"
    }

    /// Plays the stories on one model.
    func evaluate(_ model: TestedModel, _ documents: [YAMLNode]) throws -> StoryEvaluation {
        let line = StatusLine()
        defer { line.clear() }
        return try model.evaluating { evaluator in
            guard evaluator.hasPolicies else {
                throw BootFailure(
                    "the model '\(model.archive)' has no policies; train one with stories", status: ExitStatus.data)
            }
            do {
                return try evaluator.stories(of: documents, isEndToEnd: isEndToEnd, atMost: maxStories) {
                    line.show("\(StatusLine.bar($0, of: $1)) stories")
                }
            } catch let error as TrainingError {
                throw BootFailure("\(error)", status: ExitStatus.data)
            }
        }
    }
}
