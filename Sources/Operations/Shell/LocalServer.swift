import ExactText
import Glibc
package import Prefork
import System

/// A server of this program's own, on a spare port of this machine, for as long as the terminal needs it.
package final class LocalServer {
    package let url: String
    private let process: pid_t

    /// Starts `parley run` and waits until it is ready.
    ///
    /// - Throws: ``BootFailure`` with what the server said, when it cannot start.
    package init(_ arguments: [String]) throws(BootFailure) {
        var template = Array("/tmp/parley-shell-XXXXXX".utf8CString)
        let log = mkstemp(&template)
        guard log >= 0 else { throw LocalServer.failure("cannot make a file in /tmp") }
        _ = fcntl(log, F_SETFD, FD_CLOEXEC)
        unlink(template)
        defer { close(log) }
        // Only this terminal can reach it, and has no token of the server that these variables are for.
        for name in ["PARLEY_AUTH_TOKEN", "PARLEY_JWT_SECRET"] {
            unsetenv(name)
            unsetenv("\(name)_FILE")
        }
        let all = ["run", "-i", "127.0.0.1", "-p", "0"] + arguments
        guard let process = Subprocess.start(all, log: log) else {
            throw LocalServer.failure("cannot start a process")
        }
        self.process = process
        var said = ""
        while true {
            var status: Int32 = 0
            let hasEnded = waitpid(process, &status, WNOHANG) == process
            said = LocalServer.text(log)
            if let url = LocalServer.address(in: said) {
                self.url = url
                return
            }
            if hasEnded {
                let last = said.exact.split(separator: "\n").last.map(String.init) ?? "the server did not start"
                let prefix = "parley: "
                throw BootFailure(
                    last.exact.hasPrefix(prefix) ? String(last.dropFirst(prefix.count)) : last,
                    status: (status >> 8) & 0xFF)
            }
            usleep(20_000)
        }
    }

    /// Ends the server and waits for it.
    package func end() {
        kill(process, SIGTERM)
        waitpid(process, nil, 0)
    }

    private static func text(_ file: CInt) -> String {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = pread(file, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// The address in the line that says that the server is ready.
    static func address(in text: String) -> String? {
        guard let match = text.firstMatch(of: #/ready on (http://127\.0\.0\.1:[0-9]+)/#) else { return nil }
        return String(match.output.1)
    }

    private static func failure(_ message: String) -> BootFailure {
        BootFailure("\(message): \(String(cString: strerror(errno)))", status: ExitStatus.system)
    }
}
