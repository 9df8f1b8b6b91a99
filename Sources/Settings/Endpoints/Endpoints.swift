internal import ExactText

/// What `endpoints.yml` says: where locks and conversations are kept, and which servers are called.
public struct Endpoints: Sendable, Hashable {
    /// Where conversations are locked.
    public enum LockStore: Sendable, Hashable {
        /// In the memory of the one worker that there can be then.
        case inMemory
        /// In Redis, for any number of workers and hosts.
        case redis(RedisSettings)
    }

    /// Where conversations are kept.
    public enum TrackerStore: Sendable, Hashable {
        /// In the memory of the worker, lost with it.
        case inMemory
        /// In Redis.
        case redis(RedisSettings)
        /// In an SQL database.
        case sql(SQLSettings)
        /// In DynamoDB.
        case dynamo(DynamoSettings)
        /// In MongoDB.
        case mongo(MongoSettings)
    }

    /// Where conversations are locked; in memory if the file does not say.
    public var lockStore = LockStore.inMemory
    /// Where conversations are kept; in memory if the file does not say.
    public var trackerStore = TrackerStore.inMemory
    /// The server that runs the assistant's own actions; nil for none.
    public var actionEndpoint: HTTPEndpoint?
    /// The server that makes the words of responses; nil for those of the domain.
    public var responses: HTTPEndpoint?
    /// The server that understands messages; nil for the model's own pipeline.
    public var understanding: HTTPEndpoint?
    /// The server that the model comes from; nil for none.
    public var modelServer: ModelServerSettings?

    /// Where events are published; nil for nowhere.
    public var eventBroker: EventBrokerSettings?

    /// The file's usual path.
    public static let usualPath = "endpoints.yml"

    private static let sections = [
        "lock_store", "tracker_store", "action_endpoint", "nlg", "nlu", "models", "event_broker",
    ]

    /// What holds without a file.
    public init() {}

    /// Reads a file.
    ///
    /// - Throws: ``SettingsError`` with file and line. Sections that Rasa knows and this version of Parley does not
    ///   serve are refused, not passed over.
    public init(path: String, environment: EnvironmentVariables = .process) throws(SettingsError) {
        try self.init(try YAMLReader(environment: environment).read(path: path))
    }

    /// Takes the settings from a tree.
    ///
    /// - Throws: ``SettingsError``.
    public init(_ root: YAMLNode) throws(SettingsError) {
        if root.isNull { return }
        let file = try Section(root, name: "endpoints", known: Endpoints.sections)
        if let node = file.node("lock_store") { lockStore = try Endpoints.lockStore(node) }
        if let node = file.node("tracker_store") { trackerStore = try Endpoints.trackerStore(node) }
        if let node = file.node("action_endpoint") { actionEndpoint = try HTTPEndpoint(node, name: "action_endpoint") }
        if let node = file.node("nlg"), try !Endpoints.usesResponsesOfTheDomain(node) {
            responses = try HTTPEndpoint(node, name: "nlg")
        }
        if let node = file.node("nlu") { understanding = try HTTPEndpoint(node, name: "nlu") }
        if let node = file.node("models") { modelServer = try ModelServerSettings(node) }
        eventBroker = try file.node("event_broker").map { (node) throws(SettingsError) in
            try EventBrokerSettings(node)
        }
    }

    private static func lockStore(_ node: YAMLNode) throws(SettingsError) -> LockStore {
        switch try type(of: node, name: "lock_store", known: ["in_memory", "redis"]) {
        case "redis":
            let section = try Section(node, name: "lock_store", known: RedisSettings.keys)
            return .redis(try RedisSettings(section, database: 1))
        default:
            _ = try Section(node, name: "lock_store", known: ["type", "store_type"])
            return .inMemory
        }
    }

    private static func trackerStore(_ node: YAMLNode) throws(SettingsError) -> TrackerStore {
        let known = ["in_memory", "redis", "sql", "dynamo", "mongod"]
        switch try type(of: node, name: "tracker_store", known: known) {
        case "mongod":
            let section = try Section(node, name: "tracker_store", known: MongoSettings.keys)
            return .mongo(try MongoSettings(section))
        case "dynamo":
            let section = try Section(node, name: "tracker_store", known: DynamoSettings.keys)
            return .dynamo(try DynamoSettings(section))
        case "sql":
            let section = try Section(node, name: "tracker_store", known: SQLSettings.keys)
            return .sql(try SQLSettings(section, database: "rasa.db"))
        case "redis":
            let section = try Section(node, name: "tracker_store", known: RedisSettings.keys + ["record_exp"])
            var redis = try RedisSettings(section, database: 0)
            redis.recordExpiry = try section.integer("record_exp", in: 0...Int.max).flatMap { $0 == 0 ? nil : $0 }
            return .redis(redis)
        default:
            _ = try Section(node, name: "tracker_store", known: ["type", "store_type"])
            return .inMemory
        }
    }

    /// The type of a store in lower case; `in_memory` where none is given.
    private static func type(
        of node: YAMLNode, name: String, known: [String]
    ) throws(SettingsError) -> String {
        guard let mapping = node.mapping else {
            throw SettingsError(.badValue, at: node.place, "'\(name)' must be a group of keys with a 'type'")
        }
        let entry = mapping["store_type"] ?? mapping["type"]
        guard let written = entry?.value, !written.isNull else { return "in_memory" }
        let type = written.text?.lowercased() ?? ""
        guard known.contains(type) else {
            let what = type.exact.contains(".") ? "a class in Python" : "an unknown type"
            throw SettingsError(
                type.exact.contains(".") ? .notServed : .badValue, at: written.place,
                "'type' in '\(name)' is '\(written.text ?? "")', \(what)\(Suggestion.question(type, known))"
                    + " (served: \(Section.list(known)))")
        }
        return type
    }

    /// `nlg` of type `response` means the responses of the domain, which is the default; `callback` means a server.
    private static func usesResponsesOfTheDomain(_ node: YAMLNode) throws(SettingsError) -> Bool {
        let entry = node.mapping?["store_type"] ?? node.mapping?["type"]
        guard let written = entry?.value, !written.isNull else { return false }
        switch written.text?.lowercased() {
        case "response": return true
        case "callback": return false
        default:
            throw SettingsError(
                .notServed, at: written.place,
                "'type' in 'nlg' is '\(written.text ?? "")', which is neither 'callback' nor 'response'; classes in"
                    + " Python are not served")
        }
    }
}
