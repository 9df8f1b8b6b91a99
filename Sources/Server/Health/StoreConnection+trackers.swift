import Stores

extension StoreConnection {
    /// A tracker store that is no Redis: a sign of life is to read a conversation that nobody has, which every kind of
    /// store does at the cost of one look at an index.
    static func trackers(
        _ store: some TrackerStore, place: String, advice: String? = nil,
        attempt: @escaping @Sendable () async throws -> Void
    ) -> StoreConnection {
        StoreConnection(part: .trackerStore, place: place, advice: advice, attempt: attempt) {
            _ = try await store.changes(to: "parley:health", since: .start)
        }
    }
}
