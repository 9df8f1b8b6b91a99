import Glibc

/// A private `redis-server` on a spare port of the loopback interface, ended when it is no longer referenced.
package final class RedisServer: @unchecked Sendable {
    // @unchecked: `process` is set by `init`, `restart` and `stop`, which a test calls one after another.

    /// Whether there is a `redis-server` on this machine; tests that need one are reported as skipped without it.
    package static var isInstalled: Bool { access(program, X_OK) == 0 }

    private static let program = "/usr/bin/redis-server"

    /// The port on 127.0.0.1.
    package let port: Int

    private let options: [String]
    private let certificates: TestCertificates?
    private var process: RunningProcess?

    /// Starts a server that stores nothing on disk and waits until it says that it is ready.
    ///
    /// - Parameters:
    ///   - options: Further words of its command line, such as `--requirepass`, `secret`.
    ///   - certificates: Makes the server speak TLS alone, and ask clients for a certificate.
    package init(_ options: [String] = [], certificates: TestCertificates? = nil) throws {
        self.options = options
        self.certificates = certificates
        var attempt = 1
        while true {
            let port = try Loopback.sparePort()
            do {
                process = try Self.started(port, options, certificates)
                self.port = port
                return
            } catch  where attempt < 5 {
                // Another process may have taken the port.
                attempt += 1
            }
        }
    }

    deinit {
        stop()
    }

    /// Kills the server; what it held is gone.
    package func stop() {
        process?.end(SIGKILL)
        process = nil
    }

    /// Starts the server again on the same port, empty.
    package func start() throws {
        stop()
        process = try Self.started(port, options, certificates)
    }

    /// Lets the server stand still, so that it neither answers nor closes.
    package func pause() { signal(SIGSTOP) }

    /// Lets it go on.
    package func resume() { signal(SIGCONT) }

    private func signal(_ signal: Int32) {
        process?.signal(signal)
    }

    private static func started(
        _ port: Int, _ options: [String], _ certificates: TestCertificates?
    ) throws -> RunningProcess {
        // A server with certificates speaks nothing but TLS.
        let ports = certificates == nil ? ["--port", "\(port)"] : ["--port", "0", "--tls-port", "\(port)"]
        let files =
            certificates.map {
                [
                    "--tls-cert-file", $0.server.certificate, "--tls-key-file", $0.server.key, "--tls-ca-cert-file",
                    $0.authority,
                ]
            } ?? []
        return try RunningProcess(
            server: [program] + ports + files
                + [
                    "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                    // A file that other servers left would be read at the start.
                    "--dir", "/tmp", "--dbfilename", "parley-test-\(port).rdb",
                ] + options, readyAt: ["Ready to accept connections"])
    }
}
