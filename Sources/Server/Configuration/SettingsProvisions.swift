package import Logging
package import Prefork
import Settings

/// Reads flags, environment and configuration files.
///
/// - Parameters:
///   - source: Where the files are read.
///   - logger: Takes what is passed over or corrected.
///   - canGoWithout: Whether there may be no model.
/// - Throws: ``BootFailure`` that names the flag, variable, or file and line to change.
package typealias SettingsReading =
    @Sendable (_ source: ConfigurationSource, _ logger: Logger, _ canGoWithout: Bool) throws(BootFailure) -> RunSettings

/// The settings of every generation of workers: those that the program was started with, or what a loader has read
/// again.
///
/// The supervisor keeps the files that were read as bytes and does not look into them: whoever is forked from it does.
/// So nothing that is wrong with them, or with the disk that they are on, can hold it up or end it.
struct SettingsProvisions: Sendable {
    let first: RunSettings
    let read: SettingsReading

    /// - Parameter recording: What ``load(_:into:logger:)`` handed on; empty for the settings of the start.
    func settings(_ recording: [UInt8]) throws(BootFailure) -> RunSettings {
        guard !recording.isEmpty else { return first }
        // All that is to be said of them was said when they were read.
        let silent = Logger(label: "parley") { _ in SwiftLogNoOpLogHandler() }
        return completed(try read(ConfigurationSource(recording: recording), silent, true))
    }

    /// What a loader does.
    func load(
        _ request: LoadRequest, into directory: TemporaryDirectory, logger: Logger
    ) throws(BootFailure) -> Loaded {
        guard request.isReload else {
            return try Loader(settings: try settings(request.settings), directory: directory, logger: logger)
                .load(request)
        }
        let source = ConfigurationSource()
        let settings = completed(try read(source, logger, request.active.isEmpty))
        var loaded = try Loader(settings: settings, directory: directory, logger: logger).load(request)
        if settings.endpoints.trackerStore == .inMemory {
            logger.warning(
                "Conversations in memory end with the workers that retire; add a tracker store to the endpoints")
        }
        loaded.settings = source.recording
        loaded.workers = settings.limits.workers
        loaded.maxWorkers = settings.limits.maxWorkers
        return loaded
    }

    private func completed(_ settings: RunSettings) -> RunSettings {
        var settings = settings
        settings.temporaryDirectory = first.temporaryDirectory
        settings.log = first.log
        return settings
    }
}
