import ExactText
import JSON
import PythonSemantics

/// Where event files for TensorBoard go, and how often (`tensorboard_log_directory`, `tensorboard_log_level`).
struct TensorBoardOptions: Sendable, Hashable {
    let directory: String
    /// After how many batches their figures are written, each time; nil for those of epochs alone.
    let batchInterval: Int?

    /// Nil where nothing is to be shown.
    init?(_ options: OptionReader) throws(TrainingError) {
        guard options.flag("tensorboard_log_directory") else { return nil }
        guard let directory = options["tensorboard_log_directory"].string, !directory.utf8.contains(0) else {
            throw options.wrong("tensorboard_log_directory", "a directory, or null")
        }
        self.directory = directory
        // Keras, to which Rasa hands it on, takes a number of batches too.
        if let interval = options["tensorboard_log_level"].pythonInteger, interval > 0 {
            batchInterval = interval
        } else {
            let level = try options.choice("tensorboard_log_level", ["epoch", "batch"])
            batchInterval = level.exact == "batch" ? 1 : nil
        }
    }
}
