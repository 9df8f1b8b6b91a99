import NIOCore
import NIOPosix
import Synchronization

/// Runs asynchronous work in a process without a loop, on the thread that waits for it.
package enum LoopRun {
    /// Makes this thread an event loop until the work is done. Not for the supervisor, which must never run a task.
    package static func wait<Value: Sendable>(
        _ work: @escaping @Sendable (LoopTaskExecutor) async -> Value
    ) -> Value {
        let value = Box<Value>()
        repeat {
            MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { loop in
                let executor = LoopTaskExecutor(loop: loop)
                Task(executorPreference: executor) {
                    let result = await work(executor)
                    value.content.withLock { $0 = result }
                    loop.shutdownGracefully { _ in }
                }
            }
            // The loop only ends when the work has.
            if let result = value.content.withLock({ $0 }) { return result }
        } while true
    }

    private final class Box<Value: Sendable>: Sendable {
        let content = Mutex<Value?>(nil)
    }
}
