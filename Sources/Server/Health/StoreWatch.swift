import EventLoops
import Logging
import NIOCore
import Stores
import Synchronization

/// Asks the servers of the stores for a sign of life again and again, so that nobody who wants to know whether they are
/// there has to wait for them.
final class StoreWatch: Sendable {
    private struct State {
        /// Stores that do not respond, with what is known of that.
        var away: [StoreConnection.Part: String] = [:]
        /// Stores of which nothing is known yet: the server is not ready, and no turn is refused for that.
        var unknown: Set<StoreConnection.Part> = []
        var hasEnded = false
    }

    private static let interval = TimeAmount.seconds(1)
    /// A store that takes longer counts as away; it is not asked again until it has responded.
    private static let limit = TimeAmount.seconds(3)

    private let connections: [StoreConnection]
    private let executor: LoopTaskExecutor
    private let logger: Logger
    private let changed: @Sendable (StoreConnection.Part, Bool) -> Void
    private let state: Mutex<State>

    /// - Parameters:
    ///   - isKnown: Whether all have just responded.
    ///   - changed: Told whether a store is there, whenever that changes.
    init(
        _ connections: [StoreConnection], isKnown: Bool, executor: LoopTaskExecutor, logger: Logger,
        changed: @escaping @Sendable (StoreConnection.Part, Bool) -> Void
    ) {
        (self.connections, self.executor, self.logger, self.changed) = (connections, executor, logger, changed)
        var state = State()
        if !isKnown { state.unknown = Set(connections.map(\.part)) }
        self.state = Mutex(state)
        for part in state.unknown { changed(part, false) }
    }

    func start() {
        for connection in connections {
            Task(executorPreference: executor) { [self] in await watch(connection) }
        }
    }

    func end() { state.withLock { $0.hasEnded = true } }

    func isThere(_ part: StoreConnection.Part) -> Bool {
        state.withLock { $0.away[part] == nil && !$0.unknown.contains(part) }
    }

    /// Refuses a turn whose conversation could not be read or written.
    ///
    /// - Throws: `StoreError` with `.unreachable`.
    func checkTrackers() throws(StoreError) {
        guard let words = state.withLock({ $0.away[.trackerStore] }) else { return }
        throw StoreError(.unreachable, words)
    }

    private func watch(_ connection: StoreConnection) async {
        while !state.withLock(\.hasEnded) {
            let limit = executor.loop.scheduleTask(in: Self.limit) { [self] in
                note(connection, "\(connection.place) does not respond")
            }
            do {
                try await connection.check()
                note(connection, nil)
            } catch {
                note(connection, "\(error)")
            }
            limit.cancel()
            try? await executor.loop.scheduleTask(in: Self.interval) {}.futureResult.get()
        }
    }

    private func note(_ connection: StoreConnection, _ words: String?) {
        let part = connection.part
        let (before, wasUnknown) = state.withLock { state in
            defer { state.away[part] = words }
            return (state.away[part], state.unknown.remove(part) != nil)
        }
        if wasUnknown, words == nil { return changed(part, true) }
        guard (before == nil) != (words == nil) else { return }
        changed(part, words == nil)
        if let words {
            logger.error(
                "A store is away; turns that need it are refused at once until it responds",
                metadata: ["store": "\(part)", "error": "\(words)"])
        } else {
            logger.notice("A store responds", metadata: ["store": "\(part)"])
        }
    }
}
