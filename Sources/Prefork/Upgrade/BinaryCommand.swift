import CParleySystem
import Glibc

/// How a new binary is started in this one's place: by the path and with the arguments that this one was started with.
///
/// The path is looked up again. `/proc/self/exe` would be the file that runs already, whatever lies at its path by now.
package struct BinaryCommand: Sendable {
    private let path: String
    /// The program's name first.
    private let arguments: [String]
    /// Whether the program was started so that it hears nothing of its terminal's end (`nohup`).
    private let ignoresHangUp: Bool

    /// - Parameter words: The arguments without the program's name, as they were before secrets were taken out of them.
    package init(words: [String], ignoresHangUp: Bool) {
        path = String(cString: parley_program_path())
        arguments = [path] + words
        self.ignoresHangUp = ignoresHangUp
    }

    /// Starts it.
    ///
    /// - Parameters:
    ///   - listeners: The sockets that it serves.
    ///   - ready: The end of a pipe in which it says that it is ready.
    ///   - environment: What only it is to find in the environment.
    /// - Returns: The id of its process.
    func start(
        listeners: [Int32], ready: Int32, environment: [(name: String, value: String)]
    ) throws(BootFailure) -> pid_t {
        guard access(path, X_OK) == 0 else { throw failure(errno) }
        for (name, value) in environment { setenv(name, value, 1) }
        defer { for (name, _) in environment { unsetenv(name) } }
        var words: [UnsafeMutablePointer<CChar>?] = ([path, BinaryHandover.variable] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        let handed = [ready] + listeners
        let pid = words.withUnsafeBufferPointer { words in
            handed.withUnsafeBufferPointer { handed in
                var binary = parley_binary(
                    path: words[0], arguments: words.baseAddress?.advanced(by: 2), variable: words[1],
                    handed: handed.baseAddress, handed_count: handed.count, ignores_hangup: ignoresHangUp ? 1 : 0)
                return parley_start_binary(&binary)
            }
        }
        guard pid > 0 else { throw failure(errno) }
        return pid
    }

    private func failure(_ code: Int32) -> BootFailure {
        BootFailure(
            "'\(path)' cannot be started: \(String(cString: strerror(code)))", status: ExitStatus.unavailable)
    }
}
