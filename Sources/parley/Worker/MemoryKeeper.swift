import CParleySystem
import NIOCore

/// Gives the memory of a burst back to the system once the worker is idle again: it lies in pieces between what lives on,
/// and would stay with the process.
///
/// On the event loop only.
final class MemoryKeeper {
    /// How much more than after the last time the process must have; less is the heap's play.
    static let step: UInt64 = 16 << 20
    private static let pause = TimeAmount.seconds(1)

    private let isIdle: () -> Bool
    private let resident: () -> UInt64
    private let giveBack: () -> Void
    private var lowest: UInt64

    /// - Parameters:
    ///   - isIdle: Whether nobody waits for an answer.
    ///   - resident: The process's memory in bytes.
    ///   - giveBack: Gives back what is free.
    init(
        isIdle: @escaping () -> Bool, resident: @escaping () -> UInt64 = parley_resident_memory,
        giveBack: @escaping () -> Void = parley_give_back_memory
    ) {
        self.isIdle = isIdle
        self.resident = resident
        self.giveBack = giveBack
        lowest = resident()
    }

    /// Looks now and then.
    static func start(on loop: any EventLoop, isIdle: @escaping @Sendable () -> Bool) {
        let keeper = NIOLoopBound(MemoryKeeper(isIdle: isIdle), eventLoop: loop)
        loop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { _ in keeper.value.look() }
    }

    /// Gives memory back where that is worth it. What cannot be given back is in use, and is the measure from then on.
    func look() {
        guard isIdle() else { return }
        let before = resident()
        guard before > lowest + Self.step else {
            lowest = min(lowest, before)
            return
        }
        giveBack()
        lowest = resident()
    }
}
