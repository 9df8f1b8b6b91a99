import EventLoops
import NIOEmbedded
import Synchronization
import Testing

@testable import HTTPServer

@Suite("Tasks on an event loop")
struct LoopTaskExecutorTests {
    @Test("those that nobody waits for come behind the others, in order")
    func priorities() {
        let loop = EmbeddedEventLoop()
        let executor = LoopTaskExecutor(loop: loop)
        let order = Order()
        for number in 1...3 {
            Task(executorPreference: executor, priority: LoopTaskExecutor.backgroundPriority) { order.note(number) }
        }
        for number in 11...13 { Task(executorPreference: executor) { order.note(number) } }
        loop.run()
        #expect(order.numbers == [11, 12, 13, 1, 2, 3])
    }

    private final class Order: Sendable {
        private let noted = Mutex<[Int]>([])
        var numbers: [Int] { noted.withLock { $0 } }
        func note(_ number: Int) { noted.withLock { $0.append(number) } }
    }
}
