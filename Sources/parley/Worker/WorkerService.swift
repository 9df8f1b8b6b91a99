import HTTPServer
import Logging
import Prefork
import Synchronization
final class WorkerService: Sendable {
    let isReady = Atomic<Bool>(true)
    static func start(_ context: WorkerContext, _ settings: RunSettings, executor: LoopTaskExecutor, logger: Logger) async throws(BootFailure) -> WorkerService { WorkerService() }
    func end(within patience: Duration) async {}
    func releaseLeases(of owner: String) async -> Bool { true }
}
