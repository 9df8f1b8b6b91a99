import Glibc
import System

/// A private MariaDB server on a spare port of the loopback interface, with the user `parley`, the password `secret`
/// and the database `rasa`.
package final class MariaDBServer: @unchecked Sendable {
    // @unchecked: `process` is set by `init`, `start` and `stop`, which a test calls one after another.

    /// Whether there is a server on this machine.
    package static var isInstalled: Bool {
        access("/usr/sbin/mariadbd", X_OK) == 0 && access("/usr/bin/mariadb-install-db", X_OK) == 0
    }

    /// The server that all tests of this process share; it ends with the process.
    package static let shared: Result<MariaDBServer, any Error> = Result {
        let server = try MariaDBServer()
        SharedServers.atExit {
            server.process?.end(SIGKILL)
            server.directory.delete()
        }
        return server
    }

    /// The port on 127.0.0.1.
    package let port: Int
    private let directory: TemporaryDirectory
    private var process: RunningProcess?

    /// Makes a database in a temporary directory and starts the server.
    package init() throws {
        port = try Loopback.sparePort()
        directory = try TemporaryDirectory()
        let commands = """
            CREATE DATABASE IF NOT EXISTS rasa CHARACTER SET utf8mb4;
            CREATE USER IF NOT EXISTS parley@'%' IDENTIFIED BY 'secret';
            GRANT ALL ON *.* TO parley@'%';
            """
        try directory.write(commands, as: "init.sql")
        try RunningProcess.run(
            [
                "/usr/bin/mariadb-install-db", "--no-defaults", "--datadir=\(directory.path)/data", "--skip-test-db",
                "--auth-root-authentication-method=normal", Self.input, scratch,
            ] + Self.user)
        try start()
    }

    deinit { process?.end(SIGKILL) }

    /// Starts the server on the same port with what it held.
    package func start() throws {
        process = try RunningProcess(
            server: [
                "/usr/sbin/mariadbd", "--no-defaults", "--datadir=\(directory.path)/data", "--port=\(port)",
                "--bind-address=127.0.0.1", "--socket=\(directory.path)/socket", "--pid-file=\(directory.path)/pid",
                "--init-file=\(directory.path)/init.sql", "--innodb-flush-log-at-trx-commit=0",
                "--innodb-buffer-pool-size=32M", Self.input, scratch,
            ] + Self.user, readyAt: ["ready for connections"])
    }

    /// Ends the server as its operator would.
    package func stop() {
        process?.end(SIGTERM)
        process = nil
    }

    /// The system has only so many places for asynchronous input, which many servers at a time use up.
    private static let input = "--innodb-use-native-aio=0"

    /// A server that starts deletes what it takes for left-over temporary tables, also those of another that starts.
    private var scratch: String { "--tmpdir=\(directory.path)" }

    /// The server runs as root only where it is told to.
    private static var user: [String] { getuid() == 0 ? ["--user=root"] : [] }
}
