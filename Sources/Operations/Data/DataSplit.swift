import Evaluation
import JSON
package import Prefork
import System
import Training
import YAML

/// `parley data split`: parts training data into what is trained with and what is held against it.
package struct DataSplit: Sendable {
    package var paths: [String] = ["data"]
    package var trainingShare = 0.8
    package var seed: UInt64?
    package var out = "train_test_split"

    package init() {}

    /// Parts examples; each part has its share of every intent.
    ///
    /// - Throws: ``BootFailure``; names the file.
    package func examples() throws(BootFailure) {
        do throws(TrainingError) {
            let data = try TestData.examples(paths)
            guard !data.isEmpty else {
                throw TrainingError(.nothingToTrain, "there are no examples; name files that have some with --nlu")
            }
            let (training, test) = data.divided(trainingShare: trainingShare, seed: seed)
            try write(training.yaml, "training_data.yml")
            try write(test.yaml, "test_data.yml")
            // Both parts need responses; in one file they are found with either.
            if !data.responses.isEmpty { try write(data.responsesYAML, "responses.yml") }
            let counts = (training.examples.count, test.examples.count)
            Output.line("\(counts.0) examples for training and \(counts.1) for tests are in '\(out)'.")
        } catch {
            throw BootFailure("\(error)", status: ExitStatus.data)
        }
    }

    /// Parts the stories of each file; what else is in it goes with those for training.
    ///
    /// - Throws: ``BootFailure``; names the file.
    package func stories() throws(BootFailure) {
        do throws(TrainingError) {
            let documents = try TestData.stories(paths, isEndToEnd: false)
            guard !documents.isEmpty else {
                throw TrainingError(.nothingToTrain, "there are no stories; name files that have some with --nlu")
            }
            for document in documents { try split(document) }
        } catch {
            throw BootFailure("\(error)", status: ExitStatus.data)
        }
    }

    private func split(_ document: YAMLNode) throws(TrainingError) {
        guard case .object(var members) = document.json, let stories = members["stories"]?.array else { return }
        var generator = SeededNumbers(seed)
        let shuffled = stories.shuffled(using: &generator)
        let count = Int((trainingShare * Double(stories.count)).rounded(.down))
        let name = document.place.file.unicodeScalars.split(separator: "/").last.map { String($0) } ?? "stories.yml"
        members["stories"] = .array(Array(shuffled.prefix(count)))
        try write(YAMLDocument.value(.object(members)).text, "train_\(name)")
        try write(YAMLDocument.value(["stories": .array(Array(shuffled.dropFirst(count)))]).text, "test_\(name)")
        Output.line("\(name): \(count) stories for training and \(stories.count - count) for tests are in '\(out)'.")
    }

    private func write(_ bytes: [UInt8], _ name: String) throws(TrainingError) {
        do throws(SystemError) {
            try Directory.make(out, permissions: 0o755)
            try File.write(bytes, to: Directory.path(name, in: out), permissions: 0o644)
        } catch {
            throw TrainingError(.inputOutput, "'\(out)/\(name)' cannot be written: \(error)")
        }
    }
}
