import Brokers
import Encodings
import ExactText
import Glibc
import Settings
import System

/// Where events wait for a broker: a directory of its own for every broker, so that nobody publishes to another's.
struct OutboxPath {
    /// Where the directory may be, the best place first; the same at every start, so that the events of the last one
    /// are found.
    let bases: [String]
    /// The last resort, among temporary files; nil where the place was named.
    let temporaryBase: String?
    /// The name of the broker's own directory.
    let mark: String
    /// Who this process runs as.
    let user: uid_t

    /// The first directory that this process may write to. A place that was named is taken as it is.
    ///
    /// - Returns: The path, and whether it is among temporary files, which do not outlive a container.
    /// - Throws: ``OutboxError`` where the directory among temporary files is another user's.
    func choose() throws(OutboxError) -> (path: String, isTemporary: Bool) {
        let paths = bases.map { "\($0)/\(mark)" }
        guard let temporaryBase else { return (paths[0], false) }
        if let path = paths.first(where: Self.isUsable) { return (path, false) }
        try requireOwn(temporaryBase)
        return ("\(temporaryBase)/\(mark)", true)
    }

    /// Everybody may have made something of that name.
    private func requireOwn(_ path: String) throws(OutboxError) {
        var status = stat()
        guard mkdir(path, 0o700) == 0 || errno == EEXIST, lstat(path, &status) == 0 else {
            throw .system("make the directory", path)
        }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == user, status.st_mode & 0o022 == 0 else {
            throw OutboxError(.unusable, "'\(path)' is not a directory that only the user \(user) may write to")
        }
    }

    private static func isUsable(_ path: String) -> Bool {
        do throws(SystemError) {
            try Directory.make(path, permissions: 0o700)
            return access(path, R_OK | W_OK | X_OK) == 0
        } catch {
            // A full disk is no reason to go elsewhere: what waits here already must be found again.
            return ![EACCES, EPERM, EROFS, ENOENT, ENOTDIR].contains(error.code)
        }
    }
}

extension OutboxPath {
    init(_ settings: EventBrokerSettings, environment: EnvironmentVariables = .process, user: uid_t = geteuid()) {
        let (bases, temporary) = Self.bases(settings, environment, user)
        self.init(bases: bases, temporaryBase: temporary, mark: Self.mark(of: settings), user: user)
    }

    /// The directory that was named, or those where state may be; a container has no home, or one that is read-only.
    private static func bases(
        _ settings: EventBrokerSettings, _ environment: EnvironmentVariables, _ user: uid_t
    ) -> ([String], temporary: String?) {
        if let directory = settings.outboxDirectory { return ([directory], nil) }
        func directory(_ variable: String) -> String? {
            // systemd may name several, divided by colons.
            environment[variable]?.exact.split(separator: ":").first.map(String.init)
        }
        if let directory = directory("STATE_DIRECTORY") { return (["\(directory)/outbox"], nil) }
        var bases: [String] = []
        if let directory = directory("XDG_STATE_HOME") { bases.append("\(directory)/parley/outbox") }
        if let home = directory("HOME"), home != "/" { bases.append("\(home)/.local/state/parley/outbox") }
        bases.append("/var/lib/parley/outbox")
        return (bases, "\(directory("TMPDIR") ?? "/tmp")/parley-outbox-\(user)")
    }

    /// The same for all servers that publish to the same place.
    private static func mark(of settings: EventBrokerSettings) -> String {
        let target =
            switch settings.kind {
            case .rabbitMQ(let broker):
                ["rabbitmq", broker.host, String(broker.port), broker.exchange] + broker.queues.sortedByCodePoints()
            case .kafka(let broker): ["kafka", broker.topic] + broker.servers.sortedByCodePoints()
            case .sql(let broker):
                ["sql", broker.dialect.rawValue, broker.host ?? "", String(broker.port ?? 0)]
                    + [broker.dialect == .sqlite ? Self.absolute(broker.database) : broker.database]
            case .file(let path): ["file", Self.absolute(path)]
            }
        let hash = FNV1a(target.joined(separator: "\n").utf8).value
        return "\(target[0])-" + Hexadecimal.text(hash)
    }

    private static func absolute(_ path: String) -> String {
        path.exact.hasPrefix("/") ? path : "\(TemporaryDirectory.workingDirectory)/\(path)"
    }
}
