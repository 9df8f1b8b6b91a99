import CParleySystem
import NIOCore

/// Gives the memory of a burst back to the system in a quiet moment after it: it lies in pieces between what lives on,
/// and would stay with the process. That takes a moment in which nothing else is done, so it is done seldom.
///
/// On the event loop only.
final class MemoryKeeper {
    struct Load {
        /// Requests and turns under way.
        let underWay: Int
        let completed: Int
    }

    /// How much more than is known to be in use the process must have in a quiet moment; less is the heap's play.
    static let quietStep: UInt64 = 2 << 20
    /// How much more it must have to be worth a moment in which others wait.
    static let busyStep: UInt64 = 16 << 20
    /// After so many looks it does not wait for a quiet moment any more; and so many lie between two times.
    static let patience = 10
    private static let pause = TimeAmount.seconds(1)

    private let load: () -> Load
    private let resident: () -> UInt64
    private let giveBack: () -> Void
    /// The least that the process ever had, and what could not be given back the last time.
    private var lowest: UInt64
    private var inUse: UInt64
    private var underWay = 0
    private var completed = 0
    private var waited = 0
    private var rest = 0

    /// - Parameters:
    ///   - load: What the worker does.
    ///   - resident: The process's own memory in bytes.
    ///   - giveBack: Gives back what is free.
    init(
        load: @escaping () -> Load, resident: @escaping () -> UInt64 = parley_resident_memory,
        giveBack: @escaping () -> Void = parley_give_back_memory
    ) {
        self.load = load
        self.resident = resident
        self.giveBack = giveBack
        lowest = resident()
        inUse = lowest
    }

    /// Looks now and then, and bounds what is kept free at all times.
    static func start(on loop: any EventLoop, load: @escaping @Sendable () -> Load) {
        parley_bound_free_memory()
        let keeper = NIOLoopBound(MemoryKeeper(load: load), eventLoop: loop)
        loop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { _ in keeper.value.look() }
    }

    /// Gives memory back where that is worth it.
    func look() {
        let (load, memory) = (load(), resident())
        let isQuiet = load.completed == completed
        completed = load.completed
        lowest = min(lowest, memory)
        // What was in use then may be free by now.
        if load.underWay < underWay { inUse = lowest }
        underWay = min(underWay, load.underWay)
        rest = max(0, rest - 1)
        guard rest == 0 else { return }
        waited = memory > inUse + Self.busyStep ? waited + 1 : 0
        guard isQuiet ? memory > inUse + Self.quietStep : waited > Self.patience else { return }
        giveBack()
        inUse = resident()
        lowest = min(lowest, inUse)
        underWay = load.underWay
        (waited, rest) = (0, Self.patience)
    }
}
