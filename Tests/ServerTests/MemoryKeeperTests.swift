import Testing

@testable import Server

@Suite("Memory of a burst is given back")
struct MemoryKeeperTests {
    /// A process whose memory is said.
    private final class Process {
        var memory: UInt64 = 100 << 20
        var inUse: UInt64 = 100 << 20
        var underWay = 0
        var completed = 0
        var times = 0

        private(set) lazy var keeper = MemoryKeeper(
            load: { [unowned self] in .init(underWay: underWay, completed: completed) },
            resident: { [unowned self] in memory },
            giveBack: { [unowned self] in
                times += 1
                memory = inUse
            })
    }

    @Test("once, in a quiet moment, and not for little")
    func burst() {
        let process = Process()
        _ = process.keeper
        process.memory += MemoryKeeper.quietStep
        process.keeper.look()
        #expect(process.times == 0)
        process.memory = 300 << 20
        process.completed = 7
        process.keeper.look()
        #expect(process.times == 0)
        process.keeper.look()
        process.keeper.look()
        #expect(process.times == 1)
        #expect(process.memory == process.inUse)
    }

    @Test("without a quiet moment after a while, where it is much", arguments: [MemoryKeeper.busyStep, 200 << 20])
    func busy(more: UInt64) {
        let process = Process()
        _ = process.keeper
        process.memory += more
        for number in 1...MemoryKeeper.patience + 1 {
            #expect(process.times == 0)
            process.completed = number
            process.keeper.look()
        }
        #expect(process.times == (more > MemoryKeeper.busyStep ? 1 : 0))
    }

    @Test("what is in use is the measure, until it is not any more")
    func growth() {
        let process = Process()
        _ = process.keeper
        (process.memory, process.inUse, process.underWay) = (300 << 20, 200 << 20, 5)
        for _ in 0...2 * MemoryKeeper.patience { process.keeper.look() }
        #expect(process.times == 1)
        (process.inUse, process.underWay) = (100 << 20, 1)
        for _ in 0...2 * MemoryKeeper.patience { process.keeper.look() }
        #expect(process.times == 2)
        #expect(process.memory == 100 << 20)
    }
}
