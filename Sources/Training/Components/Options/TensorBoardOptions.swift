import JSON

/// Where event files for TensorBoard go, and how often (`tensorboard_log_directory`, `tensorboard_log_level`).
struct TensorBoardOptions: Sendable, Hashable {
    let directory: String
    /// Whether every batch counts, and not only every epoch.
    let showsBatches: Bool

    /// Nil where nothing is to be shown.
    init?(_ options: OptionReader) throws(TrainingError) {
        guard options.flag("tensorboard_log_directory") else { return nil }
        guard let directory = options["tensorboard_log_directory"].string else {
            throw options.wrong("tensorboard_log_directory", "a directory, or null")
        }
        self.directory = directory
        showsBatches = try options.choice("tensorboard_log_level", ["epoch", "batch"]) == "batch"
    }
}
