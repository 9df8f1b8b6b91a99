import ExactText
import JSON
import Networks

/// The training of a `TEDPolicy` or `UnexpecTEDIntentPolicy` whose examples are ready.
struct DialoguePolicyJob: Sendable {
    let step: PipelineStep
    let prepared: PreparedDialogues
    /// The network to go on from; nil to begin anew.
    var earlier: TrainedNetwork?

    var job: NetworkJob {
        let turns = prepared.examples.examples.reduce(0) { $0 + $1.turns.count }
        return NetworkJob(
            component: step.component, directory: step.trainNode,
            work: turns * prepared.options.network.learning.epochs, fingerprint: { fingerprint }
        ) { (threads, scratch, report) throws(TrainingError) in
            try files(threads, scratch, report)
        }
    }

    private var fingerprint: String? {
        // What goes on from a network depends on that too, and is rarely asked for twice.
        guard earlier == nil else { return nil }
        let fingerprint = Fingerprint(step)
        fingerprint.add(.object(prepared.meta))
        fingerprint.add(prepared.featurizer)
        fingerprint.add(prepared.examples)
        return fingerprint.finish()
    }

    private func files(
        _ threads: Int, _ scratch: String, _ report: (EpochReport) -> Bool
    ) throws(TrainingError) -> [ArchiveFile] {
        var settings = prepared.options.network
        settings.learning.threads = threads
        settings.tags = prepared.tags != nil
        let trainer: DialogueNetworkTrainer
        do throws(NetworkTrainingError) {
            trainer = try DialogueNetworkTrainer(
                settings, prepared.examples, from: earlier?.variables, earlierSteps: earlier?.steps ?? 0)
        } catch {
            throw TrainingError(error, of: step)
        }
        let network = try trainer.train(step, log: prepared.options.tensorBoard, report: report)
        return try files(network, thresholds(of: network, trainer), scratch)
    }

    /// The thresholds of `UnexpecTEDIntentPolicy`, from the very weights that are kept.
    private func thresholds(
        of network: TrainedNetwork, _ trainer: DialogueNetworkTrainer
    ) throws(TrainingError) -> LabelThresholds? {
        guard prepared.options.policy == .unexpected else { return nil }
        do throws(NetworkTrainingError) {
            return LabelThresholds(prepared.examples.examples, try trainer.similarities(of: network))
        } catch {
            throw TrainingError(error, of: step)
        }
    }

    /// The files of the policy's directory.
    private func files(
        _ network: TrainedNetwork, _ thresholds: LabelThresholds?, _ scratch: String
    ) throws(TrainingError) -> [ArchiveFile] {
        let policy = prepared.options.policy
        var files = NetworkFiles(stem: policy.stem)
        files.add(
            try network.checkpoint(in: scratch, learningRate: prepared.options.network.learning.learningRate))
        if network.isBest { files.addBestNote() }
        let arrays = DialogueArrays(prepared.examples, padsLabels: policy == .unexpected)
        files.add(priority: prepared.options.priority)
        files.add(settings: prepared.meta)
        files.add(dataExample: arrays.dataExample)
        files.add(labelData: arrays.labelData)
        files.add(fakeFeatures: arrays.fakeFeatures(origin: policy.stateFeaturizer))
        files.add(tagSpecs: prepared.tags.map { [$0] } ?? [])
        if let thresholds { files.add(labelQuantiles: thresholds.quantiles) }
        return [ArchiveFile("featurizer.json", prepared.featurizer)] + files.files
    }
}
