import JSON

/// What one worker knows of itself and of what it needs, for those who decide whether it gets requests. Nothing is
/// asked for it: whoever keeps the state of a part has found it out before.
package struct ServerHealth: Sendable, Hashable {
    /// Whether there is a model to respond with.
    package var hasModel: Bool
    /// Whether the lock store responds; one in memory always does.
    package var hasLockStore: Bool
    package var hasTrackerStore: Bool
    /// Whether the server is about to end and others are to get what is new.
    package var isDraining: Bool

    package init(hasModel: Bool, hasLockStore: Bool, hasTrackerStore: Bool, isDraining: Bool) {
        self.hasModel = hasModel
        self.hasLockStore = hasLockStore
        self.hasTrackerStore = hasTrackerStore
        self.isDraining = isDraining
    }

    /// Whether turns can be run here.
    package var isReady: Bool { hasModel && hasLockStore && hasTrackerStore && !isDraining }

    /// - Parameter question: `live` or `ready`, with the response to it.
    func json(_ question: String, _ response: Bool) -> JSON {
        [
            question: .bool(response), "model": .bool(hasModel), "lock_store": .bool(hasLockStore),
            "tracker_store": .bool(hasTrackerStore), "draining": .bool(isDraining),
        ]
    }
}
