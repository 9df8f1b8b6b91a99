import Glibc

/// A stand-in for services of AWS on a spare port of the loopback interface (moto, a program in Python).
package final class MotoServer: Sendable {
    private static let programs = ["/usr/bin/python3", "/usr/local/bin/python3"]

    /// The Python that has moto; nil where none has.
    private static let python: String? = {
        var names = programs
        if let home = getenv("HOME").map({ String(cString: $0) }) { names.append("\(home)/.pyenv/shims/python3") }
        return names.first { name in
            access(name, X_OK) == 0 && (try? RunningProcess.run([name, "-c", "import moto.server"])) != nil
        }
    }()

    /// Whether there is one on this machine.
    package static var isInstalled: Bool { python != nil }

    /// The server that all tests of this process share; it ends with the process.
    package static let shared: Result<MotoServer, any Error> = Result {
        let server = try MotoServer()
        SharedServers.atExit { server.process.end(SIGKILL) }
        return server
    }

    /// The port on 127.0.0.1.
    package let port: Int
    private let process: RunningProcess

    /// Starts a server that holds nothing.
    package init() throws {
        guard let python = Self.python else { throw TestFailure("there is no moto") }
        port = try Loopback.sparePort()
        // One request at a time: moto judges a condition and writes in two steps, which the real service does in one.
        let program = """
            from moto.server import DomainDispatcherApplication, create_backend_app
            from werkzeug.serving import run_simple
            run_simple("127.0.0.1", \(port), DomainDispatcherApplication(create_backend_app), threaded=False)
            """
        process = try RunningProcess(server: [python, "-u", "-c", program], readyAt: ["Running on"])
    }

    /// The server's address.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// What a program of AWS needs to know to use it.
    package func variables(_ more: [String: String] = [:]) -> [String: String] {
        [
            "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
        ].merging(more) { $1 }
    }
}
