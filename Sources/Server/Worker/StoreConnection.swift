import Redis

package struct StoreConnection: Sendable {
    /// The part of the endpoints that names it.
    package enum Part: String, Sendable, CustomStringConvertible {
        case lockStore = "lock_store"
        case trackerStore = "tracker_store"

        package var description: String { rawValue }
    }

    package let part: Part
    /// Kind and address.
    package let place: String
    /// What to look at when it does not respond; nil for the server and its address.
    package var advice: String?
    /// Asks it for a sign of life, and makes what is missing there.
    package let attempt: @Sendable () async throws -> Void
    /// Asks it for a sign of life alone.
    let check: @Sendable () async throws -> Void
    /// Whether it was there the last time, and let nobody in: to wait does not help then.
    var refuses: @Sendable () -> Bool = { false }

    /// A Redis server, in the words of the part that uses it.
    static func redis(_ client: RedisClient, for part: Part) -> StoreConnection {
        let ping: @Sendable () async throws -> Void = { _ = try await client.send(["PING"]) }
        return StoreConnection(
            part: part, place: client.configuration.place, attempt: ping, check: ping,
            refuses: { client.wasRefused })
    }
}
