import EventLoops
import NIOPosix
import Synchronization
import Testing

@testable import Server

@Suite("A worker that retires waits for work that goes on after its requests")
struct LaterWorkTests {
    private let later = LaterWork(executor: LoopTaskExecutor(loop: MultiThreadedEventLoopGroup.singleton.any()))

    @Test("until it is done")
    func done() async {
        let (gate, open) = AsyncStream<Void>.makeStream()
        let isDone = Atomic(false)
        later.begin {
            for await _ in gate {}
            isDone.store(true, ordering: .relaxed)
        }
        async let end: Void = later.end()
        open.finish()
        await end
        let wasDone = isDone.load(ordering: .relaxed)
        #expect(wasDone)
        await later.end()
    }

    @Test("or until nobody wants to wait any more")
    func givenUp() async {
        let (gate, open) = AsyncStream<Void>.makeStream()
        later.begin { for await _ in gate {} }
        async let end: Void = later.end()
        later.giveUp()
        await end
        open.finish()
    }
}
