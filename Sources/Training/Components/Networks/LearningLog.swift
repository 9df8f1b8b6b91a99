import ExactText
import ModelArchive
import Networks
import System

/// Event files of what a network's learning brings, by the names that Keras gives them for Rasa: in `train` what is
/// learned from, in `validation` what is held back.
final class LearningLog {
    private let options: TensorBoardOptions
    private let step: PipelineStep
    private let training: EventFile
    /// Nil until examples held back were looked at.
    private var validation: EventFile?
    /// Those of the variables; nil until they were shown.
    private var names: KerasNames?
    /// Why something could not be written; nothing more is written then.
    private(set) var failure: TrainingError?

    /// Makes the directory and the first file.
    ///
    /// - Throws: ``TrainingError`` that names the directory.
    init(_ options: TensorBoardOptions, _ step: PipelineStep) throws(TrainingError) {
        (self.options, self.step) = (options, step)
        do throws(SystemError) {
            training = try EventFile(in: Directory.path("train", in: options.directory))
        } catch {
            throw Self.unwritable(options, step, error)
        }
    }

    private static func unwritable(
        _ options: TensorBoardOptions, _ step: PipelineStep, _ error: SystemError
    ) -> TrainingError {
        TrainingError(
            .inputOutput, at: step.optionPlaces["tensorboard_log_directory"] ?? step.place,
            "\(step.component): event files for TensorBoard cannot be written in '\(options.directory)': \(error)")
    }

    /// What a trainer has to tell while it goes through an epoch.
    var monitor: LearningMonitor {
        var monitor = LearningMonitor()
        if let interval = options.batchInterval {
            monitor.batch = { [self] batch, figures in
                guard batch.isMultiple(of: interval) else { return }
                write { () throws(SystemError) in
                    for figure in figures { try training.add(figure.value, "batch_\(figure.name)", step: batch) }
                }
            }
        }
        monitor.weights = { [self] epoch, weights in add(weights, epoch) }
        return monitor
    }

    private func add(_ weights: NetworkWeights, _ epoch: Int) {
        guard (epoch - 1).isMultiple(of: Self.weightsInterval) else { return }
        let names = self.names ?? KerasNames(weights.paths)
        self.names = names
        weights.forEachVariable { path, values in
            write { () throws(SystemError) in
                try training.add(Histogram(of: values), "\(names[path])/histogram", step: epoch - 1)
            }
        }
    }

    /// After so many epochs Rasa has the weights shown, beginning with the first.
    private static let weightsInterval = 10

    func add(_ report: EpochReport) {
        // TensorBoard is shown epochs counted from 0.
        let epoch = report.epoch - 1
        write { () throws(SystemError) in
            let heldBack = report.heldBackFigures
            if !heldBack.isEmpty {
                let file = try validationFile()
                for figure in heldBack {
                    try file.add(figure.value, "evaluation_\(figure.name)_vs_iterations", step: Int(report.steps))
                }
                for figure in heldBack { try file.add(figure.value, "epoch_\(figure.name)", step: epoch) }
                try file.flush()
            }
            for figure in report.learnedFigures { try training.add(figure.value, "epoch_\(figure.name)", step: epoch) }
            try training.flush()
        }
    }

    private func validationFile() throws(SystemError) -> EventFile {
        if let validation { return validation }
        let file = try EventFile(in: Directory.path("validation", in: options.directory))
        validation = file
        return file
    }

    /// Ends the files.
    ///
    /// - Throws: ``TrainingError`` that names the directory.
    func close() throws(TrainingError) {
        write { () throws(SystemError) in
            try training.close()
            try validation?.close()
        }
        if let failure { throw failure }
    }

    private func write(_ body: () throws(SystemError) -> Void) {
        guard failure == nil else { return }
        do throws(SystemError) {
            try body()
        } catch {
            failure = Self.unwritable(options, step, error)
        }
    }
}

extension NetworkTrainer {
    /// Learns, with a log where the options ask for one.
    ///
    /// - Parameter report: Is told of every epoch; returns false to end with an error.
    func train(
        _ step: PipelineStep, log options: TensorBoardOptions?, report: (EpochReport) -> Bool
    ) throws(TrainingError) -> TrainedNetwork {
        let log = try options.map { (options) throws(TrainingError) in try LearningLog(options, step) }
        let network: TrainedNetwork
        do throws(NetworkTrainingError) {
            network = try train(log?.monitor ?? LearningMonitor()) { epoch in
                log?.add(epoch)
                return log?.failure == nil && report(epoch)
            }
        } catch {
            // The log ended the training where it could not be written.
            throw log?.failure ?? TrainingError(error, of: step)
        }
        try log?.close()
        return network
    }
}
