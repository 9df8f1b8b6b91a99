internal import Glibc

/// A private `redis-server` on a spare port of the loopback interface, ended when it is no longer referenced.
public final class RedisServer: @unchecked Sendable {
    // @unchecked: `process` is set by `init`, `restart` and `stop`, which a test calls one after another.

    /// Why a server could not be started.
    public struct Failure: Error, CustomStringConvertible {
        /// What happened.
        public let description: String
    }

    /// Whether there is a `redis-server` on this machine; tests that need one are reported as skipped without it.
    public static var isInstalled: Bool { access(program, X_OK) == 0 }

    private static let program = "/usr/bin/redis-server"

    /// The port on 127.0.0.1.
    public let port: Int

    private let options: [String]
    private let certificates: TestCertificates?
    private var process: pid_t = 0

    /// Starts a server that stores nothing on disk and waits until it says that it is ready.
    ///
    /// - Parameters:
    ///   - options: Further words of its command line, such as `--requirepass`, `secret`.
    ///   - certificates: Makes the server speak TLS alone, and ask clients for a certificate.
    public init(_ options: [String] = [], certificates: TestCertificates? = nil) throws {
        self.options = options
        self.certificates = certificates
        port = try Self.sparePort()
        try start()
    }

    deinit {
        stop()
    }

    /// Kills the server; what it held is gone.
    public func stop() {
        guard process > 0 else { return }
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        process = 0
    }

    /// Starts the server again on the same port, empty.
    public func start() throws {
        stop()
        var pipe: [Int32] = [0, 0]
        guard Glibc.pipe(&pipe) == 0 else { throw Failure(description: "pipe: errno \(errno)") }
        defer { close(pipe[0]) }
        for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipe[1], 1)
        posix_spawn_file_actions_adddup2(&actions, pipe[1], 2)
        // A server with certificates speaks nothing but TLS.
        let ports = certificates == nil ? ["--port", "\(port)"] : ["--port", "0", "--tls-port", "\(port)"]
        let files =
            certificates.map {
                [
                    "--tls-cert-file", $0.server.certificate, "--tls-key-file", $0.server.key, "--tls-ca-cert-file",
                    $0.authority,
                ]
            } ?? []
        let words =
            [Self.program] + ports + files
            + [
                "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                // A file that other servers left would be read at the start.
                "--dir", "/tmp", "--dbfilename", "parley-test-\(port).rdb",
            ] + options
        var arguments = words.map { strdup($0) }
        arguments.append(nil)
        defer { arguments.forEach { free($0) } }
        let status = posix_spawn(&process, Self.program, &actions, nil, arguments, environ)
        close(pipe[1])
        guard status == 0 else { throw Failure(description: "\(Self.program): errno \(status)") }
        try waitUntilReady(reading: pipe[0])
    }

    /// Lets the server stand still, so that it neither answers nor closes.
    public func pause() {
        kill(process, SIGSTOP)
    }

    /// Lets it go on.
    public func resume() {
        kill(process, SIGCONT)
    }

    private func waitUntilReady(reading output: Int32) throws {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(output, &buffer, buffer.count)
            guard count > 0 else { break }
            text += String(decoding: buffer[..<count], as: UTF8.self)
            if text.contains("Ready to accept connections") { return }
        }
        stop()
        throw Failure(description: "redis-server did not start: \(text.suffix(400))")
    }

    /// A port that nothing listens on at the moment.
    public static func sparePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard status else { throw Failure(description: "no spare port: errno \(errno)") }
        return Int(in_port_t(bigEndian: address.sin_port))
    }
}
