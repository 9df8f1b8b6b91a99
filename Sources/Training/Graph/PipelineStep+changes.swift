import ExactText
import JSON
import PythonSemantics

extension PipelineStep {
    /// The same with a share of its epochs, at least one, where it has a network.
    func withEpochs(times share: Double) -> PipelineStep {
        guard let fallback = entry.defaults["epochs"] else { return self }
        guard let epochs = (config["epochs"] ?? fallback).int else { return self }
        var step = self
        step.config["epochs"] = .int(Int(max(1, (Double(epochs) * share).rounded(.up))))
        return step
    }

    /// The same without event files for TensorBoard, and a warning where some were asked for.
    var withoutLog: (step: PipelineStep, warning: TrainingWarning?) {
        guard entry.defaults[Self.logDirectory] != nil, let written = config[Self.logDirectory], written.isPythonTrue
        else { return (self, nil) }
        var step = self
        step.config[Self.logDirectory] = nil
        return (
            step,
            TrainingWarning(
                at: optionPlaces[Self.logDirectory.exact] ?? place,
                "\(component): '\(Self.logDirectory)' is ignored: a request does not choose where a server writes")
        )
    }

    private static let logDirectory = "tensorboard_log_directory"
}
