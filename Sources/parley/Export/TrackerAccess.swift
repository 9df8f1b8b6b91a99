import NIOCore
import Redis
import Settings
import Stores

/// The tracker store of the endpoints, for commands that serve nobody.
struct TrackerAccess {
    let trackers: any TrackerStore

    init(_ endpoints: Endpoints, sql: SQLChoice, loop: any EventLoop) {
        switch endpoints.trackerStore {
        case .inMemory: trackers = InMemoryTrackerStore()
        case .redis(let redis):
            trackers = RedisTrackerStore(
                client: RedisClient(redis.configuration, eventLoop: loop), keyPrefix: RedisKeyPrefix(redis.keyPrefix),
                recordExpiry: redis.recordExpiry)
        case .sql(let database): trackers = SQLWorkerStore(database, sql).trackers
        }
    }
}
