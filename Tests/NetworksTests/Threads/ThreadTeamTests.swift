import Glibc
import Synchronization
import Testing

@testable import Networks

@Suite("A team of threads")
struct ThreadTeamTests {
    @Test("every part is done once, job after job", arguments: [1, 2, 4])
    func parts(_ threads: Int) {
        let team = ThreadTeam(threads: threads)
        for count in [0, 1, 7, 100] {
            let done = Mutex([Int](repeating: 0, count: count))
            team.run(count) { part in done.withLock { $0[part] += 1 } }
            #expect(done.withLock { $0.allSatisfy { $0 == 1 } })
        }
    }

    @Test("its threads end with it") func end() throws {
        let threads = Mutex<Set<String>>([])
        do {
            let team = ThreadTeam(threads: 3)
            // Each part waits until all three threads have one.
            let begun = Atomic(0)
            team.run(3) { _ in
                threads.withLock { _ = $0.insert(Self.thread) }
                begun.add(1, ordering: .releasing)
                while begun.load(ordering: .acquiring) < 3 { sched_yield() }
            }
        }
        let others = threads.withLock { $0 }.subtracting([Self.thread])
        #expect(others.count == 2)
        for thread in others { #expect(access("/proc/\(thread)", F_OK) != 0) }
    }

    /// The caller's own directory below `/proc`.
    private static var thread: String {
        String(unsafeUninitializedCapacity: 64) { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { max(0, readlink("/proc/thread-self", $0, text.count)) } ?? 0
            }
        }
    }
}
