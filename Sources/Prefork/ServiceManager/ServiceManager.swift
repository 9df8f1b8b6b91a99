import CParleySystem
import Glibc
package import System

/// The way to the service manager that has started the program, as systemd's `sd_notify` describes it. Nothing waits
/// for who reads there.
package struct ServiceManager: Sendable {
    /// How long the service manager waits for a sign of life; nil where it awaits none.
    package let watchdog: Duration?
    private let address: String
    private let descriptor: Int32

    /// What the environment says; nil where no service manager wants to be told anything.
    ///
    /// - Throws: ``BootFailure`` that names the variable.
    package init?(environment: EnvironmentVariables, pid: Int32 = getpid()) throws(BootFailure) {
        guard let address = environment[Self.socketVariable], !address.isEmpty else { return nil }
        guard let first = address.utf8.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@"),
            (2...Self.maxAddress).contains(address.utf8.count)
        else {
            throw BootFailure(
                "\(Self.socketVariable) is '\(address)'; it must be a path from '/' on, or '@' and a name, of at most "
                    + "\(Self.maxAddress) bytes", status: ExitStatus.configuration)
        }
        watchdog = try Self.watchdog(environment, pid: pid)
        self.address = address
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else {
            throw BootFailure(
                "cannot talk to the service manager: \(SystemError("socket"))", status: ExitStatus.system)
        }
    }

    /// Sends a message, if that can be done at once.
    ///
    /// - Returns: Whether it is on its way.
    @discardableResult
    package func send(_ message: ServiceMessage) -> Bool {
        let bytes = Array(message.text.utf8)
        return parley_send_to(descriptor, address, bytes, bytes.count) == bytes.count
    }

    /// Gives the socket back, in a child, which has nothing to say.
    func close() { _ = Glibc.close(descriptor) }

    /// What a program has to find in its environment that takes this one's place, with another process id.
    package var variables: [(name: String, value: String)] {
        [(Self.socketVariable, address)]
            + (watchdog.map { [(Self.watchdogVariable, "\($0.wholeMilliseconds)000")] } ?? [])
    }

    /// The monotonic clock in the unit of the service manager, which compares it with its own reading.
    static var microseconds: UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(clamping: now.tv_sec) &* 1_000_000 &+ UInt64(clamping: now.tv_nsec) / 1000
    }

    /// Removes what a service manager has said from the environment. It was said to this process: a child that took it
    /// for its own would speak for the service, or take descriptors for sockets that are something else.
    package static func forgetVariables() {
        for name in [socketVariable, watchdogVariable, watchdogProcessVariable] + PassedSockets.variables {
            unsetenv(name)
        }
    }

    private static func watchdog(_ environment: EnvironmentVariables, pid: Int32) throws(BootFailure) -> Duration? {
        if let meant = environment[watchdogProcessVariable], Int32(meant) != pid { return nil }
        guard let text = environment[watchdogVariable] else { return nil }
        guard let microseconds = Int64(text), microseconds >= minWatchdog else {
            throw BootFailure(
                "\(watchdogVariable) is '\(text)'; it must be a number of microseconds, at least \(minWatchdog)",
                status: ExitStatus.configuration)
        }
        return .microseconds(microseconds)
    }

    private static let socketVariable = "NOTIFY_SOCKET"
    private static let watchdogVariable = "WATCHDOG_USEC"
    private static let watchdogProcessVariable = "WATCHDOG_PID"
    /// Shorter ones cannot be kept by a supervisor that wakes with a precision of milliseconds.
    private static let minWatchdog: Int64 = 100_000
    /// Bytes of a socket's path.
    private static let maxAddress = 107
}
