import JSON
import Logging
import NIOPosix
import Synchronization

/// Works with one collection of a MongoDB server on threads of its own, so that no event loop ever waits for it.
///
/// A worker has one after its fork. Connections are opened when they are first needed, and again after they were lost.
/// After the server could not be found, work fails at once for a moment.
final class MongoClient: Sendable {
    private struct State {
        var pool: MongoPool?
        var failure: MongoError?
        var nextAttempt = ContinuousClock.now
        /// Who never had a response gets its errors told by the caller.
        var wasConnected = false
        var isClosed = false
    }

    private static let pause = Duration.milliseconds(500)

    private let configuration: MongoConfiguration
    private let threads: NIOThreadPool
    private let state = Mutex(State())
    private let count = Atomic<Int>(0)
    private let logger = Logger(label: "parley.mongo")

    /// Nothing is connected yet.
    init(_ configuration: MongoConfiguration) {
        self.configuration = configuration
        threads = NIOThreadPool(numberOfThreads: max(1, configuration.poolSize))
        threads.start()
    }

    /// How many requests were sent so far.
    var requests: Int { count.load(ordering: .relaxed) }

    /// Sends a request when a thread is free.
    ///
    /// - Returns: The documents of the response; of a change one with its counts.
    func send(_ request: MongoRequest) async throws(MongoError) -> [JSONObject] {
        let deadline = ContinuousClock.now + configuration.timeout
        let result: Result<[JSONObject], MongoError> = await withCheckedContinuation { continuation in
            threads.submit { state in
                guard state == .active else { return continuation.resume(returning: .failure(Self.closed)) }
                continuation.resume(
                    returning: Result { () throws(MongoError) in try self.run(request, deadline) })
            }
        }
        return try result.get()
    }

    /// Ends connections and threads once work that has begun is done.
    func close() async {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return }
        try? await threads.shutdownGracefully()
        state.withLock { $0.pool = nil }
    }

    private static var closed: MongoError { MongoError(.unreachable, "the connections to MongoDB are closed") }

    /// Runs on a thread that may block.
    private func run(
        _ request: MongoRequest, _ deadline: ContinuousClock.Instant
    ) throws(MongoError) -> [JSONObject] {
        guard deadline > .now else {
            throw MongoError(.unreachable, "no connection to MongoDB was free in time")
        }
        let pool = try self.pool()
        count.add(1, ordering: .relaxed)
        do throws(MongoError) {
            let documents = try pool.run(request)
            note(nil)
            return documents
        } catch {
            note(error)
            throw error
        }
    }

    private func pool() throws(MongoError) -> MongoPool {
        let result: Result<MongoPool, MongoError> = state.withLock { state in
            if let failure = state.failure, state.nextAttempt > .now { return .failure(failure) }
            if state.isClosed { return .failure(Self.closed) }
            if let pool = state.pool { return .success(pool) }
            do throws(MongoError) {
                let pool = try MongoPool(configuration)
                state.pool = pool
                return .success(pool)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func note(_ error: MongoError?) {
        let failure = error?.code == .unreachable ? error : nil
        let (isNew, isOver) = state.withLock { state in
            let known = state.failure
            state.failure = failure
            if failure != nil { state.nextAttempt = .now + Self.pause }
            defer { if error == nil { state.wasConnected = true } }
            guard state.wasConnected else { return (false, false) }
            return (failure != nil && known == nil, failure == nil && known != nil)
        }
        if isNew { logger.warning("MongoDB cannot be reached", metadata: ["error": "\(failure?.message ?? "")"]) }
        if isOver { logger.info("MongoDB is reachable again") }
    }
}
