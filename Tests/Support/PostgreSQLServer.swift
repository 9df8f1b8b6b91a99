import Glibc
import System

/// A private PostgreSQL server on a spare port of the loopback interface, with the user `parley`, the password `secret`
/// and the database `rasa`.
package final class PostgreSQLServer: @unchecked Sendable {
    // @unchecked: `process` is set by `init`, `start` and `stop`, which a test calls one after another.

    private static let programs = "/usr/lib/postgresql/15/bin"

    /// Whether there is a server on this machine that this user may start.
    package static var isInstalled: Bool {
        access("\(programs)/postgres", X_OK) == 0 && (getuid() != 0 || getpwnam("postgres") != nil)
    }

    /// The server that all tests of this process share; it ends with the process.
    package static let shared: Result<PostgreSQLServer, any Error> = Result {
        let server = try PostgreSQLServer()
        SharedServers.atExit {
            server.process?.end(SIGQUIT)
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
        let passwordFile = try directory.write("secret\n", as: "password")
        if getuid() == 0, let user = getpwnam("postgres") {
            chown(directory.path, user.pointee.pw_uid, user.pointee.pw_gid)
        }
        try RunningProcess.run(
            Self.asUser + [
                "\(Self.programs)/initdb", "-D", "\(directory.path)/data", "-U", "parley", "--pwfile", passwordFile,
                "--auth=scram-sha-256", "--no-sync", "-E", "UTF8", "--no-locale",
            ])
        try start()
        try command("CREATE DATABASE rasa", database: "postgres")
    }

    deinit { process?.end(SIGQUIT) }

    /// Starts the server on the same port with what it held.
    package func start() throws {
        process = try RunningProcess(
            server: Self.asUser + [
                "\(Self.programs)/postgres", "-D", "\(directory.path)/data", "-p", String(port), "-h", "127.0.0.1",
                "-k",
                directory.path, "-c", "fsync=off",
            ], readyAt: ["ready to accept connections"])
    }

    /// Ends the server as its operator would (`fast`: sessions are broken off).
    package func stop() {
        process?.end(SIGINT)
        process = nil
    }

    /// Runs a command through `psql` and fails where that does.
    package func command(_ text: String, database: String = "rasa") throws {
        try RunningProcess.run(
            [
                "\(Self.programs)/psql", "-h", "127.0.0.1", "-p", String(port), "-U", "parley", "-d", database, "-v",
                "ON_ERROR_STOP=1", "-c", text,
            ], environment: ["PGPASSWORD": "secret"])
    }

    /// The main process.
    package var pid: Int32 { process?.pid ?? 0 }

    /// The server refuses to run as root.
    private static var asUser: [String] {
        getuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] : []
    }
}
