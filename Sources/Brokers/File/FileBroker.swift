import Glibc
import System

/// Adds every event as one line of JSON to a file (Rasa's `FileEventBroker`).
package final class FileBroker: EventBroker {
    package let path: String
    private var file: Int32 = -1

    /// A broker that writes to this file, which is made where it is missing.
    package init(path: String) { self.path = path }

    deinit { close() }

    package var name: String { "the file '\(path)'" }

    /// Opens the file. One that is made is this user's alone, since it holds what people said.
    package func connect() throws(BrokerError) {
        file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("open", SystemError()) }
    }

    /// Writes the lines; all or none of them.
    package func publish(_ events: [OutgoingEvent]) -> PublishOutcome {
        var lines: [UInt8] = []
        for event in events {
            lines += event.body
            lines.append(UInt8(ascii: "\n"))
        }
        do throws(SystemError) {
            try File.append(lines: lines, to: file)
            return PublishOutcome(confirmed: events.count)
        } catch {
            return PublishOutcome(confirmed: 0, failure: failure("write to", error))
        }
    }

    package func close() {
        if file >= 0 { Glibc.close(file) }
        file = -1
    }

    private func failure(_ what: String, _ error: SystemError) -> BrokerError {
        BrokerError(.unreachable, "cannot \(what) '\(path)': \(error)")
    }
}
