import HTTPServer
package import Logging
import System

/// Writes swift-log's messages to a ``LogOutput``. Starts no thread and keeps no state between lines.
struct ParleyLogHandler: LogHandler {
    let output: LogOutput
    let label: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var facts = metadata
        if let provided = metadataProvider?.get() { facts.merge(provided) { $1 } }
        if let own = event.metadata { facts.merge(own) { $1 } }
        output.write(
            LogLine(
                time: Timestamp(), level: event.level.rawValue, source: label, message: event.message.description,
                facts: facts.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) }))
    }
}

extension LogOutput {
    /// Makes all loggers of the program write here.
    package func bootstrap(level: Logger.Level) {
        LoggingSystem.bootstrap(
            { label, provider in
                ParleyLogHandler(output: self, label: label, logLevel: level, metadataProvider: provider)
            },
            // Lines that are written for a request name it as the access log does.
            metadataProvider: Logger.MetadataProvider {
                RequestID.current.map { ["request": "\($0)"] } ?? [:]
            })
    }
}
