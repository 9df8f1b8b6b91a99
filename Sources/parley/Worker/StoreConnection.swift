import Redis

/// One server that keeps something for a worker.
struct StoreConnection: Sendable {
    /// The part of the endpoints that names it.
    let part: String
    /// Kind and address.
    let place: String
    /// What to look at when it does not answer; nil for the server and its address.
    var advice: String?
    /// Asks it for a sign of life.
    let attempt: @Sendable () async throws -> Void

    /// A Redis server, in the words of the part that uses it.
    static func redis(_ client: RedisClient, for part: String) -> StoreConnection {
        StoreConnection(part: part, place: client.configuration.place) { _ = try await client.send(["PING"]) }
    }
}
