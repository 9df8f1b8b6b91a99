import Testing

@testable import parley

@Suite("Memory of a burst is given back")
struct MemoryKeeperTests {
    /// A process whose memory is said.
    private final class Process {
        var memory: UInt64 = 100 << 20
        var isIdle = true
        var afterwards: UInt64 = 100 << 20
        var times = 0
    }

    private func keeper(_ process: Process) -> MemoryKeeper {
        MemoryKeeper(
            isIdle: { process.isIdle }, resident: { process.memory },
            giveBack: {
                process.times += 1
                process.memory = process.afterwards
            })
    }

    @Test("once, when nobody waits, and not for little")
    func burst() {
        let process = Process()
        let keeper = keeper(process)
        process.memory += MemoryKeeper.step
        keeper.look()
        #expect(process.times == 0)
        process.memory += 1
        process.isIdle = false
        keeper.look()
        #expect(process.times == 0)
        process.isIdle = true
        keeper.look()
        keeper.look()
        #expect(process.times == 1)
        #expect(process.memory == process.afterwards)
    }

    @Test("what is in use is the measure from then on")
    func growth() {
        let process = Process()
        let keeper = keeper(process)
        process.memory = 300 << 20
        process.afterwards = 200 << 20
        for _ in 1...3 { keeper.look() }
        #expect(process.times == 1)
        // It went down by itself, and up again.
        process.memory = 100 << 20
        keeper.look()
        process.memory = 200 << 20
        keeper.look()
        #expect(process.times == 2)
    }
}
