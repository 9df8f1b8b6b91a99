import System

/// One message to the service manager, in the words of systemd's `sd_notify`.
package enum ServiceMessage: Sendable, Hashable {
    /// The service does what it is there for.
    case ready(mainPID: Int32, status: String)
    /// It reads its configuration again; ``ready(mainPID:status:)`` follows.
    ///
    /// - Parameter microseconds: The monotonic clock's time, by which the service manager tells whether its own request
    ///   is meant.
    case reloading(microseconds: UInt64, status: String)
    case stopping(status: String)
    /// One line for people.
    case status(String)
    /// The service is alive.
    case watchdog
    /// What goes on needs so much more time, whatever the limit was.
    case extendTimeout(Duration)
    /// Another process is the service from now on.
    case mainPID(Int32)

    /// The message as it is sent: one assignment a line.
    package var text: String {
        switch self {
        case .ready(let pid, let status): "READY=1\nMAINPID=\(pid)\nSTATUS=\(Self.line(status))\n"
        case .reloading(let microseconds, let status):
            "RELOADING=1\nMONOTONIC_USEC=\(microseconds)\nSTATUS=\(Self.line(status))\n"
        case .stopping(let status): "STOPPING=1\nSTATUS=\(Self.line(status))\n"
        case .status(let status): "STATUS=\(Self.line(status))\n"
        case .watchdog: "WATCHDOG=1\n"
        case .extendTimeout(let duration): "EXTEND_TIMEOUT_USEC=\(duration.wholeMilliseconds)000\n"
        case .mainPID(let pid): "MAINPID=\(pid)\n"
        }
    }

    /// Names of models come from outside; a line break in one would begin another assignment.
    private static func line(_ status: String) -> String {
        String(
            String.UnicodeScalarView(
                status.unicodeScalars.prefix(maxStatus).map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
    }

    /// Code points of a status; the service manager takes messages of 4,096 bytes.
    private static let maxStatus = 400
}
