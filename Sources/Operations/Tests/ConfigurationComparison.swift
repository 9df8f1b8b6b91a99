import Evaluation
import ExactText
import JSON
import Prefork
import Server
import System
import Training

/// Trains each of several configurations on ever less data, and holds the models against the same examples.
struct ConfigurationComparison {
    let test: UnderstandingTest
    let data: UnderstandingData

    func run() throws {
        // Of what is rarer there would be none to hold back.
        let data = data.withoutRareIntents(fewerThan: 5)
        var results: JSONObject = [:]
        for configuration in test.configurations { results[Self.name(of: configuration)] = [] }
        for run in 1...max(test.runs, 1) {
            let (training, held) = data.divided(trainingShare: 0.8, seed: nil)
            var ofRun: [ExactString: [JSON]] = [:]
            for percentage in test.percentages {
                let part =
                    percentage == 0 ? training : training.divided(trainingShare: Double(percentage) / 100, seed: nil).1
                for path in test.configurations {
                    let name = Self.name(of: path)
                    let f1 = try score(path, part, held, "run_\(run)/\(percentage)%_exclusion", name)
                    Output.line("run \(run), \(percentage) % left out, \(name): F1 \(f1)")
                    ofRun[name.exact, default: []].append(.double(f1))
                }
            }
            for (name, numbers) in ofRun {
                results[name.string] = .array((results[name.string]?.array ?? []) + [.array(numbers)])
            }
        }
        try ResultDirectory(test.out).write(JSON.object(results).indented, to: "results.json")
        Output.line("The results are in '\(test.out)'.")
    }

    /// The weighted F1 of the intents; 0 where the configuration cannot be trained, which is said.
    private func score(
        _ path: String, _ training: UnderstandingData, _ held: UnderstandingData, _ place: String, _ name: String
    ) throws -> Double {
        let directory = "\(test.out)/\(place)"
        var request = TrainingRequest(data: [], output: directory)
        request.part = .understanding
        request.fixedName = name
        request.threads = MachineProcessors.count
        let archive: String
        do {
            archive = try Trainer(request).trainUnderstanding(try Configuration(path: path), training)
        } catch {
            Output.warn("'\(path)' cannot be trained: \(error)")
            return 0
        }
        let evaluation = try TestedModel(archive).evaluating {
            try $0.understanding(of: Array(held.completeExamples))
        }
        try ResultDirectory("\(directory)/\(name)_report").write(evaluation.files(test.selection))
        return evaluation.json["intent_evaluation"]?["f1_score"]?.double ?? 0
    }

    private static func name(of path: String) -> String {
        let file = path.unicodeScalars.split(separator: "/").last.map { String($0) } ?? path
        return file.exact.removingSuffix(".yml").map(String.init) ?? file.exact.removingSuffix(".yaml").map(String.init)
            ?? file
    }
}
