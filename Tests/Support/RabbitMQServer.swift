import Glibc
import System

/// A private `rabbitmq-server` on spare ports of the loopback interface, with a node, a home and a port mapper of its
/// own; ended when it is no longer referenced.
package final class RabbitMQServer: @unchecked Sendable {
    // @unchecked: the processes are set by `init`, `start` and `stop`, which a test calls one after another.

    /// Whether there is RabbitMQ on this machine.
    package static var isInstalled: Bool { program != nil && access(portMapper, X_OK) == 0 }

    private static let portMapper = "/usr/bin/epmd"
    private static let program: String? = {
        let base = "/usr/lib/rabbitmq/lib"
        let version = (try? Directory.names(in: base))?.first { $0.hasPrefix("rabbitmq_server-") }
        return version.map { "\(base)/\($0)/sbin/rabbitmq-server" }
    }()

    /// The port on 127.0.0.1.
    package let port: Int
    /// The port of TLS; nil without.
    package let tlsPort: Int?

    private let directory: TemporaryDirectory
    private let mapperPort: Int
    private let nodePort: Int
    private var mapper: RunningProcess?
    private var script: RunningProcess?
    private var node: pid_t = 0

    /// Files for TLS, in PEM.
    package struct TLS {
        let authorities: String
        let certificate: String
        let key: String

        /// The server asks for a client's certificate of the same authorities.
        package init(authorities: String, certificate: String, key: String) {
            self.authorities = authorities
            self.certificate = certificate
            self.key = key
        }
    }

    /// Starts a server and waits until it says that it is ready.
    package init(tls: TLS? = nil) throws {
        directory = try TemporaryDirectory()
        port = try Loopback.sparePort()
        tlsPort = try tls.map { _ in try Loopback.sparePort() }
        mapperPort = try Loopback.sparePort()
        nodePort = try Loopback.sparePort()
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
        try directory.write(lines.joined(separator: "\n") + "\n", as: "rabbitmq.conf")
        mapper = try spawn(
            [Self.portMapper, "-d", "-port", "\(mapperPort)", "-address", "127.0.0.1"], readyAt: "epmd running")
        try start()
    }

    deinit {
        end(SIGKILL)
        mapper?.end(SIGKILL)
    }

    /// Ends the server as its operator would; durable queues keep their persistent messages. One that is killed forgets
    /// also the queues that were declared in its last second.
    package func stop() { end(SIGTERM) }

    private func end(_ signal: Int32) {
        if node > 0 { kill(node, signal) }
        // The node is the script's child, so its end is seen by its absence only.
        _ = eventually(within: 20) { node == 0 || kill(node, 0) != 0 }
        if node > 0 { kill(node, SIGKILL) }
        script?.end(SIGKILL)
        script = nil
        node = 0
    }

    /// Lets the server stand still, so that it neither answers nor closes.
    package func pause() { kill(node, SIGSTOP) }

    /// Lets it go on.
    package func resume() { kill(node, SIGCONT) }

    /// Starts the server again on the same ports.
    package func start() throws {
        stop()
        script = try spawn([Self.program ?? ""], readyAt: "Server startup complete")
        let text = String(decoding: try File.read("\(directory.path)/pid"), as: UTF8.self)
        guard let pid = Int32(text.filter(\.isNumber)) else {
            throw TestFailure("rabbitmq-server does not say its pid: '\(text)'")
        }
        node = pid
    }

    private func spawn(_ words: [String], readyAt mark: String) throws -> RunningProcess {
        try RunningProcess(
            server: words, readyAt: [mark],
            environment: [
                "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "\(directory.path)", "LANG": "C.UTF-8",
                "ERL_EPMD_PORT": "\(mapperPort)",
                "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_NODENAME": "parley\(port)@localhost",
                "RABBITMQ_MNESIA_BASE": "\(directory.path)/db", "RABBITMQ_LOG_BASE": "\(directory.path)/log",
                "RABBITMQ_DIST_PORT": "\(nodePort)", "RABBITMQ_CONFIG_FILE": "\(directory.path)/rabbitmq.conf",
                "RABBITMQ_ENABLED_PLUGINS_FILE": "\(directory.path)/plugins",
                "RABBITMQ_PID_FILE": "\(directory.path)/pid",
            ], inherits: false)
    }
}
