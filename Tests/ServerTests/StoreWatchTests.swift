import EventLoops
import Logging
import NIOPosix
import Prefork
import Synchronization
import TestSupport
import Testing

@testable import Server

@Suite("Stores that come and go")
struct StoreWatchTests {
    private final class FakeStore: Sendable {
        let isThere = Atomic(true)

        var connection: StoreConnection {
            StoreConnection(part: .trackerStore, place: "a store", attempt: {}) { [self] in
                guard isThere.load(ordering: .relaxed) else { throw BootFailure("away", status: 1) }
            }
        }
    }

    private func watch(_ store: FakeStore, isKnown: Bool) -> StoreWatch {
        StoreWatch(
            [store.connection], isKnown: isKnown,
            executor: LoopTaskExecutor(loop: MultiThreadedEventLoopGroup.singleton.next()),
            logger: Logger(label: "test")
        ) { _, _ in }
    }

    @Test func areKnownToWhoeverAsks() async throws {
        let store = FakeStore()
        let watch = watch(store, isKnown: true)
        #expect(watch.isThere(.trackerStore) && watch.isThere(.lockStore))
        try watch.checkTrackers()
        watch.start()
        store.isThere.store(false, ordering: .relaxed)
        #expect(try await eventually { !watch.isThere(.trackerStore) })
        #expect(throws: (any Error).self) { try watch.checkTrackers() }
        #expect(watch.isThere(.lockStore))
        store.isThere.store(true, ordering: .relaxed)
        #expect(try await eventually { watch.isThere(.trackerStore) })
        watch.end()
    }

    @Test("a replacement is not ready until they have responded, and refuses no turn for that")
    func replacement() async throws {
        let watch = watch(FakeStore(), isKnown: false)
        #expect(!watch.isThere(.trackerStore))
        try watch.checkTrackers()
        watch.start()
        #expect(try await eventually { watch.isThere(.trackerStore) })
        watch.end()
    }
}
