import Logging
import NIOCore
import Prefork

extension WorkerStores {
    private static let pause = TimeAmount.seconds(1)
    /// How many times in a row pass without a word in the log.
    private static let silentTimes = 10

    /// Asks the servers for a sign of life, and makes the tables of databases that have none. A server that is away is
    /// waited for: in a cluster it may start at the same time.
    ///
    /// - Parameters:
    ///   - patience: How long to wait.
    ///   - isWanted: Whether the worker is still to start.
    /// - Throws: ``BootFailure`` that names the server.
    func check(
        within patience: Duration, loop: any EventLoop, logger: Logger, isWanted: @Sendable () -> Bool
    ) async throws(BootFailure) {
        let deadline = ContinuousClock.now + patience
        for connection in connections {
            var times = 0
            while let failure = await failure(of: connection), isWanted() {
                guard failure.status == ExitStatus.unavailable, !connection.refuses(), ContinuousClock.now < deadline
                else { throw failure }
                if times % Self.silentTimes == 0 {
                    logger.warning(
                        "A store of the endpoints is away; the start waits for it (--store-wait)",
                        metadata: ["error": "\(failure.message)"])
                }
                times += 1
                try? await loop.scheduleTask(in: Self.pause) {}.futureResult.get()
            }
        }
    }

    private func failure(of connection: StoreConnection) async -> BootFailure? {
        do {
            try await connection.attempt()
            return nil
        } catch {
            return error as? BootFailure
                ?? BootFailure("the \(connection.part) of the endpoints: \(error)", status: ExitStatus.unavailable)
        }
    }
}
