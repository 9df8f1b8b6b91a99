import Glibc
package import System

/// The sockets that a service manager has opened and passed on, by the `LISTEN_FDS` protocol of systemd.
package struct PassedSockets: Sendable, Hashable {
    /// What the service manager calls them, in the order of their descriptors; nil where it does not say.
    package let names: [String?]

    /// What the environment says.
    ///
    /// - Parameter pid: Variables that were meant for another process do not count.
    /// - Throws: ``BootFailure`` that names the variable.
    package init(environment: EnvironmentVariables, pid: Int32 = getpid()) throws(BootFailure) {
        guard let meant = environment[Self.processVariable], Int32(meant) == pid,
            let text = environment[Self.countVariable]
        else {
            names = []
            return
        }
        guard let count = Int(text), (0...Self.maxCount).contains(count) else {
            throw BootFailure(
                "\(Self.countVariable) is '\(text)'; it must be a number of sockets, at most \(Self.maxCount)",
                status: ExitStatus.configuration)
        }
        guard let list = environment[Self.namesVariable], !list.isEmpty else {
            names = Array(repeating: nil, count: count)
            return
        }
        let names = list.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard names.count == count else {
            throw BootFailure(
                "\(Self.namesVariable) has \(names.count) names; \(Self.countVariable) says \(count)",
                status: ExitStatus.configuration)
        }
        self.names = names.map { String($0) ?? "" }
    }

    /// The sockets themselves.
    ///
    /// - Throws: ``BootFailure`` that names the one that cannot be used.
    package func listeners() throws(BootFailure) -> [ListeningSocket] {
        var listeners: [ListeningSocket] = []
        for (index, name) in names.enumerated() {
            do throws(SystemError) {
                listeners.append(try ListeningSocket.adopt(Self.first + Int32(index), name: name))
            } catch {
                let which = name.map { "socket \(index + 1) ('\($0)')" } ?? "socket \(index + 1)"
                throw BootFailure(
                    "\(which) of \(Self.countVariable) cannot be used: \(Self.words(for: error))",
                    status: ExitStatus.configuration)
            }
        }
        return listeners
    }

    /// All that is said of passed sockets, for ``ServiceManager/forgetVariables()``.
    static let variables = [processVariable, countVariable, namesVariable, "LISTEN_PIDFDID"]

    private static func words(for error: SystemError) -> String {
        switch error.code {
        case EINVAL: "it does not listen (is it of a unit with Accept=yes?)"
        case EPROTOTYPE: "it is not one for streams of TCP or of AF_UNIX (ListenStream=)"
        default: "\(error)"
        }
    }

    private static let processVariable = "LISTEN_PID"
    private static let countVariable = "LISTEN_FDS"
    private static let namesVariable = "LISTEN_FDNAMES"
    /// The descriptor of the first.
    private static let first: Int32 = 3
    private static let maxCount = 256
}
