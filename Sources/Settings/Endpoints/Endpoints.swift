import ExactText
import OrderedCollections
package import System
package import WebClient
package import YAML

/// What `endpoints.yml` says: where locks and conversations are kept, and which servers are called.
package struct Endpoints: Sendable, Hashable {
    /// Where conversations are locked.
    package enum LockStore: Sendable, Hashable {
        /// In the memory of the one worker that there can be then.
        case inMemory
        /// In Redis, for any number of workers and hosts.
        case redis(RedisSettings)
    }

    /// Where conversations are kept.
    package enum TrackerStore: Sendable, Hashable {
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
    package var lockStore = LockStore.inMemory
    /// Where conversations are kept; in memory if the file does not say.
    package var trackerStore = TrackerStore.inMemory
    /// The server that runs the assistant's own actions; nil for none.
    package var actionEndpoint: HTTPEndpoint?
    /// The server that makes the words of responses; nil for those of the domain.
    package var responses: HTTPEndpoint?
    /// The server that understands messages; nil for the model's own pipeline.
    package var understanding: HTTPEndpoint?
    /// The server that the model comes from; nil for none.
    package var modelServer: ModelServerSettings?

    /// Where events are published; nil for nowhere.
    package var eventBroker: EventBrokerSettings?

    /// What the file says that is passed over.
    package private(set) var warnings: [SettingsWarning] = []

    /// The file's usual path.
    package static let defaultPath = "endpoints.yml"

    private static let sections = [
        "lock_store", "tracker_store", "action_endpoint", "nlg", "nlu", "models", "event_broker",
    ]
    /// Those without which conversations or events would be lost.
    private static let guarded = ["lock_store", "tracker_store", "event_broker"]

    /// What holds without a file.
    package init() {}

    /// Reads a file.
    ///
    /// - Throws: ``SourceError`` with file and line.
    package init(
        path: String, environment: EnvironmentVariables = .process, content: YAMLReader.FileReading? = nil
    ) throws(SourceError) {
        try self.init(try YAMLReader(environment: environment).read(path: path, content: content))
    }

    /// Takes the settings from a tree.
    ///
    /// - Throws: ``SourceError``.
    package init(_ root: YAMLNode) throws(SourceError) {
        if root.isNull { return }
        let file = try Section(
            root, name: "endpoints", known: Endpoints.sections, guarded: Endpoints.guarded, &warnings)
        if let node = file.node("lock_store") { lockStore = try Endpoints.lockStore(node, &warnings) }
        if let node = file.node("tracker_store") { trackerStore = try Endpoints.trackerStore(node, &warnings) }
        actionEndpoint = try server("action_endpoint", file)
        if let node = file.node("nlg"), try !Endpoints.usesResponsesOfTheDomain(node) {
            responses = try server("nlg", file)
        }
        understanding = try server("nlu", file)
        modelServer = try unlessAddressIsMissing(file.node("models")) { (node, warnings) throws(SourceError) in
            try ModelServerSettings(node, &warnings)
        }
        if let node = file.node("event_broker") { eventBroker = try EventBrokerSettings(node, &warnings) }
    }

    private mutating func server(_ name: String, _ file: Section) throws(SourceError) -> HTTPEndpoint? {
        try unlessAddressIsMissing(file.node(name)) { (node, warnings) throws(SourceError) in
            try HTTPEndpoint(node, name: name, &warnings)
        }
    }

    /// A server without an address is as good as none: Rasa, too, starts and cannot call it.
    private mutating func unlessAddressIsMissing<Server>(
        _ node: YAMLNode?, _ read: (YAMLNode, inout [SettingsWarning]) throws(SourceError) -> Server
    ) throws(SourceError) -> Server? {
        guard let node else { return nil }
        do {
            return try read(node, &warnings)
        } catch {
            guard error.code == .noAddress else { throw error }
            warnings.append(SettingsWarning(at: error.place, "\(error.message); without one it is ignored"))
            return nil
        }
    }

    private static func lockStore(
        _ node: YAMLNode, _ warnings: inout [SettingsWarning]
    ) throws(SourceError) -> LockStore {
        switch try type(of: node, name: "lock_store", known: ["in_memory", "redis"]) {
        case "redis":
            let section = try Section(
                node, name: "lock_store", known: RedisSettings.keys, guarded: RedisSettings.guarded, &warnings)
            return .redis(try RedisSettings(section, database: 1))
        default:
            _ = try Section(node, name: "lock_store", known: ["type", "store_type"], &warnings)
            return .inMemory
        }
    }

    private static func trackerStore(
        _ node: YAMLNode, _ warnings: inout [SettingsWarning]
    ) throws(SourceError) -> TrackerStore {
        let name = "tracker_store"
        switch try type(of: node, name: name, known: ["in_memory", "redis", "sql", "dynamo", "mongod"]) {
        case "mongod":
            let section = try Section(node, name: name, known: MongoSettings.keys, &warnings)
            return .mongo(try MongoSettings(section))
        case "dynamo":
            let section = try Section(node, name: name, known: DynamoSettings.keys, &warnings)
            return .dynamo(try DynamoSettings(section))
        case "sql":
            let section = try Section(
                node, name: name, known: SQLSettings.keys, guarded: SQLSettings.guarded, &warnings)
            return .sql(try SQLSettings(section, database: "rasa.db", &warnings))
        case "redis":
            let keys = RedisSettings.keys + ["record_exp"]
            let section = try Section(node, name: name, known: keys, guarded: RedisSettings.guarded, &warnings)
            var redis = try RedisSettings(section, database: 0)
            redis.recordExpiry = try section.integer("record_exp", in: 0...Int.max).flatMap { $0 == 0 ? nil : $0 }
            return .redis(redis)
        default:
            _ = try Section(node, name: name, known: ["type", "store_type"], &warnings)
            return .inMemory
        }
    }

    /// The type of a store in lower case; `in_memory` where the group is empty.
    private static func type(
        of node: YAMLNode, name: String, known: [String]
    ) throws(SourceError) -> String {
        guard let mapping = node.mapping else {
            throw SourceError(.badValue, at: node.place, "'\(name)' must be a group of keys with a 'type'")
        }
        let entry = mapping["store_type"] ?? mapping["type"]
        guard let written = entry?.value, !written.isNull else {
            guard mapping.values.allSatisfy(\.value.isNull) else {
                throw SourceError(
                    .badValue, at: node.place,
                    "'\(name)' has no 'type' (supported: \(Section.list(known))); without one it would be in memory, and"
                        + " lost with the process")
            }
            return "in_memory"
        }
        let type = written.text?.lowercased() ?? ""
        if ["inmemory", "inmemorytrackerstore", "inmemorylockstore"].contains(type) { return "in_memory" }
        guard known.contains(type) else {
            let what = type.exact.contains(".") ? "a class in Python" : "an unknown type"
            throw SourceError(
                type.exact.contains(".") ? .unsupported : .badValue, at: written.place,
                "'type' in '\(name)' is '\(written.text ?? "")', \(what)\(Suggestion.question(type, known))"
                    + " (supported: \(Section.list(known)))")
        }
        return type
    }

    /// `nlg` of type `response` means the responses of the domain, which is the default; `callback` means a server.
    private static func usesResponsesOfTheDomain(_ node: YAMLNode) throws(SourceError) -> Bool {
        let entry = node.mapping?["store_type"] ?? node.mapping?["type"]
        guard let written = entry?.value, !written.isNull else { return false }
        switch written.text?.lowercased() {
        case "response": return true
        case "callback": return false
        default:
            throw SourceError(
                .unsupported, at: written.place,
                "'type' in 'nlg' is '\(written.text ?? "")', which is neither 'callback' nor 'response'; classes in"
                    + " Python are not supported")
        }
    }
}
