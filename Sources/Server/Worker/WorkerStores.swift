import AWS
import Cryptography
package import Leases
import Logging
package import NIOCore
package import Offloading
import Prefork
import Redis
import SQL
package import Settings
package import Stores

/// Where one worker keeps conversations and their locks; made after the fork, since connections belong to a process.
package struct WorkerStores: Sendable {
    /// Gives each conversation to one turn at a time.
    let leases: any LeaseStore
    package let trackers: any TrackerStore
    /// Keeps reminders: where the locks are, so that they outlive a worker when the locks do.
    let reminders: any ReminderStore
    /// Whether other workers and hosts keep their reminders there too.
    let sharesReminders: Bool
    /// The servers of the stores, each with a way to try it.
    package let connections: [StoreConnection]
    /// Whether a conversation can be read right behind the request for its lease, over the same connection.
    let readsAhead: Bool
    private let redisLeases: RedisLeaseStore?
    private let loop: any EventLoop

    /// - Parameters:
    ///   - sql: What the environment says of databases.
    ///   - owner: The name under which leases are held.
    ///   - offload: Reads and writes long conversations.
    package init(
        _ endpoints: Endpoints, sql: SQLConfigurationSelection, leaseSettings: LeaseSettings, owner: String,
        offload: any Offload = InlineOffload(), loop: any EventLoop
    ) {
        self.loop = loop
        var connections: [StoreConnection] = []
        var readsAhead = false
        switch endpoints.lockStore {
        case .inMemory:
            redisLeases = nil
            reminders = InMemoryReminderStore()
            sharesReminders = false
            leases = InMemoryLeaseStore(leaseSettings)
        case .redis(let redis):
            let store = RedisLeaseStore(
                redis.configuration, prefix: RedisKeyPrefix(redis.keyPrefix), owner: owner, settings: leaseSettings,
                eventLoop: loop)
            redisLeases = store
            leases = store
            reminders = RedisReminderStore(
                client: store.client, keyPrefix: RedisKeyPrefix(redis.keyPrefix), offload: offload)
            sharesReminders = true
            connections.append(.redis(store.client, for: .lockStore))
        }
        switch endpoints.trackerStore {
        case .inMemory:
            trackers = InMemoryTrackerStore()
        case .redis(let redis):
            let leaseClient = redisLeases?.client
            let shared = leaseClient.flatMap { $0.configuration.isSameServer(redis.configuration) ? $0 : nil }
            let client = shared ?? RedisClient(redis.configuration, eventLoop: loop)
            readsAhead = shared != nil
            trackers = RedisTrackerStore(
                client: client, keyPrefix: RedisKeyPrefix(redis.keyPrefix), recordExpiry: redis.recordExpiry,
                sharedDatabase: shared == nil ? nil : redis.database, offload: offload)
            connections.append(.redis(client, for: .trackerStore))
        case .dynamo(let settings):
            let client = DynamoClient(region: settings.region, loop: loop)
            let store = DynamoTrackerStore(client: client, table: settings.table)
            trackers = store
            connections.append(
                .trackers(store, place: client.place) { try await store.prepare() })
        case .mongo(let settings):
            let store = MongoWorkerStore(settings, offload: offload)
            trackers = store.trackers
            connections.append(
                .trackers(store.trackers, place: store.place) { try await store.prepare() })
        case .sql(let settings):
            let store = SQLWorkerStore(settings, sql, offload: offload)
            trackers = store.trackers
            connections.append(
                .trackers(store.trackers, place: store.place, advice: store.advice) { try await store.prepare() })
        }
        self.connections = connections
        self.readsAhead = readsAhead
    }

    /// Gives back the leases of a worker that died; tried again until the store has done it.
    func releaseLeases(of owner: String, logger: Logger) async {
        guard let redisLeases else { return }
        while true {
            do {
                return try await redisLeases.releaseAll(owner: owner)
            } catch {
                logger.warning("The leases of a dead worker are not released yet", metadata: ["error": "\(error)"])
                try? await loop.scheduleTask(in: .seconds(1)) {}.futureResult.get()
            }
        }
    }

    /// Closes connections, conversations first: a turn's lease ends after its last word to the store.
    package func close() async {
        await trackers.close()
        await leases.close()
    }
}

extension RedisConfiguration {
    /// Whether both are the same server, spoken to in the same way; the database may differ.
    fileprivate func isSameServer(_ other: RedisConfiguration) -> Bool {
        var other = other
        other.database = database
        return self == other
    }
}

extension RedisSettings {
    /// The same as the client's configuration.
    var configuration: RedisConfiguration {
        var configuration = RedisConfiguration(
            host: host, port: port, database: database, username: username, password: password?.revealed)
        configuration.replyTimeout = socketTimeout
        configuration.sentinels = sentinels.map { sentinels in
            RedisSentinels(
                addresses: sentinels.addresses.map { RedisSentinels.Address(host: $0.host, port: $0.port) },
                master: sentinels.master, username: sentinels.username, password: sentinels.password?.revealed)
        }
        configuration.tls = tls.map { tls in
            RedisTLS(
                authorities: tls.authorities, certificate: tls.certificate, key: tls.key,
                checksHostName: tls.checksHostName)
        }
        return configuration
    }
}
