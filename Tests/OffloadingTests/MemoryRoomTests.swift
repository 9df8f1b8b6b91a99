import Synchronization
import Testing

@testable import Offloading

/// The memory of a process that a test decides on.
private final class StandInMemory: Sendable {
    let used = Atomic<UInt64>(0)
    let givenBack = Atomic(0)
    /// Who reads at present.
    let readers = Atomic(0)
    /// What is left of it when it is given back; nil for all.
    let kept = Mutex<UInt64?>(nil)

    func room(share: UInt64) -> MemoryRoom {
        MemoryRoom(share: share, resident: { self.used.load(ordering: .relaxed) }) {
            self.givenBack.add(1, ordering: .relaxed)
            if let kept = self.kept.withLock(\.self) { self.used.store(kept, ordering: .relaxed) }
        }
    }
}

@Suite("A worker whose memory is bounded begins what may be large only while there is room")
struct MemoryRoomTests {
    @Test func theRoomIsInWhatTheModelLeaves() {
        let memory = StandInMemory()
        let room = memory.room(share: 1000)
        memory.used.store(400, ordering: .relaxed)
        #expect(room.settle() == 600)
        memory.used.store(699, ordering: .relaxed)
        #expect(room.isThere)
        memory.used.store(700, ordering: .relaxed)
        #expect(!room.isThere)
        memory.used.store(2000, ordering: .relaxed)
        #expect(room.settle() == 0)
        #expect(!room.isThere)
    }

    @Test func whatIsFreeIsGivenBackFirst() {
        let memory = StandInMemory()
        let room = memory.room(share: 1000)
        memory.used.store(900, ordering: .relaxed)
        memory.kept.withLock { $0 = 300 }
        #expect(room.isThere)
        #expect(memory.givenBack.load(ordering: .relaxed) == 1)
    }

    @Test("readers go one after another, and are refused where no room comes")
    func lane() async throws {
        let memory = StandInMemory()
        let room = memory.room(share: 1000)
        let lane = ReadingLane(room, patience: .zero)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await lane.read {
                        #expect(memory.readers.add(1, ordering: .relaxed).newValue == 1)
                        await Task.yield()
                        memory.readers.subtract(1, ordering: .relaxed)
                    }
                }
            }
            try await group.waitForAll()
        }
        memory.used.store(1000, ordering: .relaxed)
        await #expect(throws: OffloadError(.busy)) { try await lane.read {} }
        memory.used.store(0, ordering: .relaxed)
        try await lane.read {}
    }

    @Test("a long computation waits for room, the end of one does not")
    func helper() async throws {
        let memory = StandInMemory()
        let helper = HelperThread(memory: memory.room(share: 1000))
        defer { helper.end() }
        memory.used.store(1000, ordering: .relaxed)
        async let long = helper.run { memory.used.load(ordering: .relaxed) }
        #expect(await helper.finish { true })
        memory.used.store(1, ordering: .relaxed)
        #expect(try await long == 1)
    }
}
