import API
import Assistant
import Synchronization

/// What one worker knows of itself and of what it needs.
final class WorkerHealth: Sendable {
    private let assistant: ActiveAssistant
    private let stores: StoreWatch
    private let isDraining = Atomic(false)

    init(assistant: ActiveAssistant, stores: StoreWatch) {
        self.assistant = assistant
        self.stores = stores
    }

    /// The server is about to end. A worker whose place others have taken says nothing of the kind: they are ready.
    func beginDrain() { isDraining.store(true, ordering: .relaxed) }

    var current: ServerHealth {
        ServerHealth(
            hasModel: assistant.current != nil, hasLockStore: stores.isThere(.lockStore),
            hasTrackerStore: stores.isThere(.trackerStore), isDraining: isDraining.load(ordering: .relaxed))
    }
}
