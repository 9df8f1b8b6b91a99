internal import Glibc

/// Adds every event as one line of JSON to a file (Rasa's `FileEventBroker`).
public final class FileBroker: EventBroker {
    /// The file's path.
    public let path: String
    private var file: Int32 = -1

    /// A broker that writes to this file, which is made where it is missing.
    public init(path: String) { self.path = path }

    deinit { close() }

    /// Names the file.
    public var name: String { "the file '\(path)'" }

    /// Opens the file.
    public func connect() throws(BrokerError) {
        file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw failure("open", errno) }
    }

    /// Writes the lines; all or none of them.
    public func publish(_ events: [OutgoingEvent]) -> PublishOutcome {
        var lines: [UInt8] = []
        for event in events {
            lines += event.body
            lines.append(UInt8(ascii: "\n"))
        }
        var status = stat()
        let start = fstat(file, &status) == 0 ? status.st_size : -1
        var written = 0
        while written < lines.count {
            let count = lines[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failure("write to", errno)
                // Half a line would spoil the next; one that cannot be cut off gets an end of its own.
                if written > 0, start < 0 || ftruncate(file, start) != 0 { _ = write(file, "\n", 1) }
                return PublishOutcome(confirmed: 0, failure: error)
            }
            written += count
        }
        return PublishOutcome(confirmed: events.count)
    }

    /// Closes the file.
    public func close() {
        if file >= 0 { Glibc.close(file) }
        file = -1
    }

    private func failure(_ what: String, _ number: Int32) -> BrokerError {
        BrokerError(.unreachable, "cannot \(what) '\(path)': \(String(cString: strerror(number)))")
    }
}
