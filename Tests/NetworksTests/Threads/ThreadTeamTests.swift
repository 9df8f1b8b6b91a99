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
}
