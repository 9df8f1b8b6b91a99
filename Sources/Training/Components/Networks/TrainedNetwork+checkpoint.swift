import ExactText
import ModelArchive
import Networks

extension TrainedNetwork {
    /// The network as an archive keeps it.
    ///
    /// - Parameter directory: On whose disk the weights are kept, in a file without a name.
    func checkpoint(in directory: String, learningRate: Float) throws(TrainingError) -> NetworkCheckpoint {
        do throws(ArchiveError) {
            let writer = try CheckpointWriter(in: directory)
            for variable in variables { try Self.write(variable, writer) }
            return try writer.finish(steps: Int(steps), learningRate: learningRate)
        } catch {
            throw TrainingError(.inputOutput, "\(error.message), in the directory '\(directory)'")
        }
    }

    private static func write(_ variable: NetworkVariable, _ writer: CheckpointWriter) throws(ArchiveError) {
        guard !variable.firstMoments.isEmpty else {
            try writer.write(variable.path, shape: variable.shape, variable.values)
            return
        }
        try variable.values.withUnsafeBufferPointer { (values) throws(ArchiveError) in
            try variable.firstMoments.withUnsafeBufferPointer { (first) throws(ArchiveError) in
                try variable.secondMoments.withUnsafeBufferPointer { (second) throws(ArchiveError) in
                    try writer.write(
                        variable.path, shape: variable.shape, values, moments: .init(first: first, second: second))
                }
            }
        }
    }
}

extension TrainingError {
    /// Why a network was not learned.
    init(_ error: NetworkTrainingError, of step: PipelineStep) {
        switch error {
        case .notFinite(let epoch):
            self.init(
                .diverged, at: step.optionPlaces["learning_rate"] ?? step.place,
                "\(step.component): the loss is no number any more in epoch \(epoch); choose a smaller 'learning_rate'")
        case .cancelled: self.init(.cancelled, "the training was ended")
        case .unfit(let what), .unsuited(let what):
            self.init(.badConfiguration, at: step.place(ofOptionIn: what), "\(step.component): \(what)")
        }
    }
}
