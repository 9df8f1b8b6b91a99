internal import Glibc

/// A private `rabbitmq-server` on spare ports of the loopback interface, with a node, a home and a port mapper of its
/// own; ended when it is no longer referenced.
public final class RabbitMQServer: @unchecked Sendable {
    // @unchecked: the processes are set by `init`, `start` and `stop`, which a test calls one after another.

    /// Why a server could not be started.
    public struct Failure: Error, CustomStringConvertible {
        /// What happened.
        public let description: String
    }

    /// Whether there is RabbitMQ on this machine.
    public static var isInstalled: Bool { program != nil && access(portMapper, X_OK) == 0 }

    private static let portMapper = "/usr/bin/epmd"
    private static let program: String? = {
        let base = "/usr/lib/rabbitmq/lib"
        let version = Files.names(in: base).first { $0.hasPrefix("rabbitmq_server-") }
        return version.map { "\(base)/\($0)/sbin/rabbitmq-server" }
    }()

    /// The port on 127.0.0.1.
    public let port: Int
    /// The port of TLS; nil without.
    public let tlsPort: Int?

    private let folder: String
    private let mapperPort: Int
    private let nodePort: Int
    private var mapper: pid_t = 0
    private var script: pid_t = 0
    private var node: pid_t = 0

    /// Files for TLS, in PEM.
    public struct TLS {
        let authorities: String
        let certificate: String
        let key: String

        /// The server asks for a client's certificate of the same authorities.
        public init(authorities: String, certificate: String, key: String) {
            self.authorities = authorities
            self.certificate = certificate
            self.key = key
        }
    }

    /// Starts a server and waits until it says that it is ready.
    public init(tls: TLS? = nil) throws {
        var template = Array("/tmp/parley-rabbitmq-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(description: "mkdtemp: errno \(errno)") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        port = try RedisServer.sparePort()
        tlsPort = try tls.map { _ in try RedisServer.sparePort() }
        mapperPort = try RedisServer.sparePort()
        nodePort = try RedisServer.sparePort()
        var lines = [
            "listeners.tcp.1 = 127.0.0.1:\(port)", "log.console = true", "log.console.level = info", "log.file = false",
        ]
        if let tls, let tlsPort {
            lines += [
                "listeners.ssl.1 = 127.0.0.1:\(tlsPort)", "ssl_options.cacertfile = \(tls.authorities)",
                "ssl_options.certfile = \(tls.certificate)", "ssl_options.keyfile = \(tls.key)",
                "ssl_options.verify = verify_peer", "ssl_options.fail_if_no_peer_cert = true",
            ]
        }
        try Files.write(lines.joined(separator: "\n") + "\n", to: "\(folder)/rabbitmq.conf")
        (mapper, _) = try spawn([Self.portMapper, "-port", "\(mapperPort)", "-address", "127.0.0.1"])
        try start()
    }

    deinit {
        stop()
        end(&mapper)
        Files.delete(folder)
    }

    /// Kills the server; durable queues keep their persistent messages.
    public func stop() {
        if node > 0 { kill(node, SIGKILL) }
        end(&script)
        // The node is the script's child, so its end is seen by its absence only.
        for _ in 0..<500 where node > 0 && kill(node, 0) == 0 { usleep(10_000) }
        node = 0
    }

    /// Lets the server stand still, so that it neither answers nor closes.
    public func pause() { kill(node, SIGSTOP) }

    /// Lets it go on.
    public func resume() { kill(node, SIGCONT) }

    /// Starts the server again on the same ports.
    public func start() throws {
        stop()
        let (process, output) = try spawn([Self.program ?? ""])
        script = process
        defer { close(output) }
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(output, &buffer, buffer.count)
            guard count > 0 else { break }
            text += String(decoding: buffer[..<count], as: UTF8.self)
            guard text.contains("Server startup complete") else { continue }
            guard let pid = Files.text("\(folder)/pid").flatMap({ Int32($0.filter(\.isNumber)) }) else { break }
            node = pid
            return
        }
        stop()
        throw Failure(description: "rabbitmq-server did not start: \(text.suffix(800))")
    }

    private func end(_ process: inout pid_t) {
        guard process > 0 else { return }
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        process = 0
    }

    private func spawn(_ words: [String]) throws -> (process: pid_t, output: Int32) {
        var pipe: [Int32] = [0, 0]
        guard Glibc.pipe(&pipe) == 0 else { throw Failure(description: "pipe: errno \(errno)") }
        for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, pipe[1], 1)
        posix_spawn_file_actions_adddup2(&actions, pipe[1], 2)
        let variables = [
            "PATH=/usr/bin:/bin:/usr/sbin:/sbin", "HOME=\(folder)", "LANG=C.UTF-8", "ERL_EPMD_PORT=\(mapperPort)",
            "ERL_EPMD_ADDRESS=127.0.0.1", "RABBITMQ_NODENAME=parley\(port)@localhost",
            "RABBITMQ_MNESIA_BASE=\(folder)/db", "RABBITMQ_LOG_BASE=\(folder)/log", "RABBITMQ_DIST_PORT=\(nodePort)",
            "RABBITMQ_CONFIG_FILE=\(folder)/rabbitmq.conf", "RABBITMQ_ENABLED_PLUGINS_FILE=\(folder)/plugins",
            "RABBITMQ_PID_FILE=\(folder)/pid",
        ]
        let arguments = words.map { strdup($0) } + [nil]
        let environment = variables.map { strdup($0) } + [nil]
        defer { (arguments + environment).forEach { free($0) } }
        var process: pid_t = 0
        let status = posix_spawn(&process, words[0], &actions, nil, arguments, environment)
        close(pipe[1])
        guard status == 0 else {
            close(pipe[0])
            throw Failure(description: "\(words[0]): errno \(status)")
        }
        return (process, pipe[0])
    }
}

/// What a test server needs of the file system.
enum Files {
    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names.filter { $0 != "." && $0 != ".." }
    }

    static func delete(_ path: String) {
        if unlink(path) == 0 { return }
        for name in names(in: path) { delete("\(path)/\(name)") }
        rmdir(path)
    }

    static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw RabbitMQServer.Failure(description: "\(path): errno \(errno)") }
        fputs(text, file)
        fclose(file)
    }

    static func text(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}
