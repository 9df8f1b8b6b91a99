import CParleySystem
import Glibc
package import System

/// What a new binary gets from the supervisor whose place it is to take: the listening sockets, and a pipe in which it
/// says that it is ready.
///
/// A variable names them: the process that they are for, the pipe, then the sockets in the order of the supervisor's.
/// Any other process that finds the variable, such as a job, passes it over.
package struct BinaryHandover: Sendable, Equatable {
    package static let variable = "PARLEY_HANDOVER"

    package let ready: Int32
    /// At least one.
    package let listeners: [Int32]

    /// - Parameters:
    ///   - text: The variable's value.
    ///   - process: The id of this process.
    /// - Returns: Nil where the variable is not set or means another process.
    /// - Throws: ``BootFailure`` where it does not name what it has to.
    package init?(_ text: String?, process: Int32) throws(BootFailure) {
        guard let text else { return nil }
        let numbers = text.unicodeScalars.split(separator: " ").map { Int32(String($0)) }
        guard let first = numbers.first, first == process else { return nil }
        let descriptors = numbers.dropFirst().compactMap { $0 }
        guard descriptors.count > 1, descriptors.count == numbers.count - 1,
            Set(descriptors).count == descriptors.count,
            descriptors.allSatisfy({ $0 > STDERR_FILENO })
        else { throw Self.failure }
        ready = descriptors[0]
        listeners = Array(descriptors[1...])
    }

    /// What this process was handed; no process that it starts is told of it.
    ///
    /// - Throws: ``BootFailure`` where a descriptor is not what it has to be.
    package static func take(_ environment: EnvironmentVariables) throws(BootFailure) -> BinaryHandover? {
        let handover = try BinaryHandover(environment[variable], process: getpid())
        unsetenv(variable)
        guard let handover else { return nil }
        guard parley_adopt_pipe(handover.ready) == 0 else { throw failure }
        return handover
    }

    /// The listening sockets themselves.
    ///
    /// - Throws: ``BootFailure`` where a descriptor is none.
    package func sockets() throws(BootFailure) -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        for descriptor in listeners {
            guard let socket = try? ListeningSocket.adopt(descriptor, name: nil) else { throw Self.failure }
            sockets.append(socket)
        }
        return sockets
    }

    /// Says that this process' workers serve.
    func tellReadiness() {
        var byte: UInt8 = 1
        // Where the other supervisor is gone there is nobody to tell.
        _ = write(ready, &byte, 1)
    }

    /// Whether the other supervisor leaves it to this one to be the main process, or is gone.
    var isOver: Bool {
        var entry = pollfd(fd: ready, events: 0, revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    func close() { _ = Glibc.close(ready) }

    private static let failure = BootFailure(
        "\(variable) does not name a pipe and listening sockets; only a server that gets USR2 sets it",
        status: ExitStatus.configuration)
}
