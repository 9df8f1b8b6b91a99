import Encodings
import ExactText
import Settings

/// Where events wait for a broker: a directory of its own for every broker, so that nobody publishes to another's.
struct OutboxPlace {
    let path: String

    init(_ settings: EventBrokerSettings, environment: Environment = Environment()) {
        path = "\(Self.base(settings, environment))/\(Self.mark(of: settings))"
    }

    /// The directory that the endpoints name, or where the system wants state to be.
    private static func base(_ settings: EventBrokerSettings, _ environment: Environment) -> String {
        if let directory = settings.outboxDirectory { return directory }
        func directory(_ variable: String) -> String? {
            // systemd may name several, divided by colons.
            environment[variable]?.exact.split(separator: ":").first.map(String.init)
        }
        if let directory = directory("STATE_DIRECTORY") { return "\(directory)/outbox" }
        if let directory = directory("XDG_STATE_HOME") { return "\(directory)/parley/outbox" }
        if let home = directory("HOME"), home != "/" { return "\(home)/.local/state/parley/outbox" }
        return "/var/lib/parley/outbox"
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
