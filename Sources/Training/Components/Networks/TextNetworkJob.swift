import ExactText
import JSON
import Networks
import OrderedCollections
import Tensors

/// The training of a `DIETClassifier` or `ResponseSelector` whose examples are ready.
struct TextNetworkJob: Sendable {
    let step: PipelineStep
    let options: TextNetworkOptions
    let learned: LearnedTexts
    /// What a selector chooses among, by name; nil for a classifier.
    var responses: JSONObject?
    var retrievalIntents: [String] = []
    /// The network to go on from; nil to begin anew.
    var earlier: TrainedNetwork?

    var job: NetworkJob {
        let rows = learned.examples.examples.reduce(0) { $0 + $1.rows.sequence.rows + 1 }
        // Selectors of one configuration are told apart by their intents.
        let intent = options.retrievalIntent.map { " (\($0))" } ?? ""
        var job = NetworkJob(
            component: step.component + intent, directory: step.trainNode, work: rows * options.network.learning.epochs,
            fingerprint: { fingerprint }
        ) { (threads, scratch, report) throws(TrainingError) in
            try files(train(threads, report), scratch)
        }
        if let responses {
            var files = NetworkFiles(stem: step.component)
            files.add(responses: responses)
            files.add(retrievalIntents: retrievalIntents)
            job.given = files.files
        }
        return job
    }

    private var fingerprint: String? {
        // What goes on from a network depends on that too, and is rarely asked for twice.
        guard earlier == nil else { return nil }
        let fingerprint = Fingerprint(step)
        fingerprint.add(.array(learned.labels.map(JSON.string)))
        fingerprint.add(.array(learned.tagSpecs.flatMap(\.tags).map(JSON.string)))
        fingerprint.add(learned.examples)
        return fingerprint.finish()
    }

    private func train(_ threads: Int, _ report: (EpochReport) -> Bool) throws(TrainingError) -> TrainedNetwork {
        var settings = options.network
        settings.learning.threads = threads
        let trainer: TextNetworkTrainer
        do throws(NetworkTrainingError) {
            trainer = try TextNetworkTrainer(
                settings, learned.examples, from: earlier?.variables, earlierSteps: earlier?.steps ?? 0)
        } catch {
            throw TrainingError(error, of: step)
        }
        return try trainer.train(step, log: options.tensorBoard, report: report)
    }

    /// The files of the component's directory.
    private func files(_ network: TrainedNetwork, _ scratch: String) throws(TrainingError) -> [ArchiveFile] {
        var files = NetworkFiles(stem: step.component)
        files.add(try network.checkpoint(in: scratch, learningRate: options.network.learning.learningRate))
        if network.isBest { files.addBestNote() }
        let arrays = TextNetworkArrays(learned.examples)
        files.add(dataExample: arrays.example)
        files.add(labelData: arrays.labels)
        let widths = learned.examples.sparseWidths
        files.add(sparseFeatureSizes: ["text": ["sequence": widths.sequence, "sentence": widths.sentence]])
        files.add(labels: learned.labels)
        files.add(tagSpecs: learned.tagSpecs)
        return files.files
    }
}
