import Logging
import NIOPosix
import Synchronization
import System

/// A small pool of connections to one database, on threads of its own, so that no event loop ever waits for a database.
///
/// A worker has one after its fork. Connections are opened when they are first needed, and again after they were lost,
/// with growing pauses between attempts that fail; work that comes in a pause fails at once with the last error.
package final class SQLClient: Sendable {
    private struct State {
        var idle: [any SQLConnection] = []
        /// Raised when a connection broke: the others of its time are as good as dead.
        var generation = 0
        var failure: SQLError?
        var failures = 0
        var nextAttempt = ContinuousClock.now
        /// Who never had a connection gets its errors told by the caller.
        var wasConnected = false
        var isClosed = false
    }

    // Connections are used by one thread at a time: in `idle` by none, taken out of it by one.
    private struct Box: @unchecked Sendable { var state = State() }

    private static let backoff = Backoff(first: .milliseconds(50), maxPause: .seconds(2))

    package let dialect: SQLConfiguration.Dialect
    private let configuration: SQLConfiguration
    private let threads: NIOThreadPool
    private let box = Mutex(Box())
    private let trips = Atomic<Int>(0)
    private let logger = Logger(label: "parley.sql")

    /// A pool for a database; nothing is connected yet.
    package init(_ configuration: SQLConfiguration) {
        self.configuration = configuration
        dialect = configuration.dialect
        threads = NIOThreadPool(numberOfThreads: configuration.connectionLimit)
        threads.start()
    }

    /// How many round trips to the server all work has cost so far.
    package var roundTrips: Int { trips.load(ordering: .relaxed) }

    /// Lends a connection to a piece of work.
    ///
    /// - Parameters:
    ///   - isRepeatable: Whether the work may run twice: it does, on a new connection, where the first is lost.
    ///   - work: Runs on a thread where it may block.
    /// - Throws: ``SQLError``.
    package func use<Result: Sendable>(
        isRepeatable: Bool, _ work: @escaping @Sendable (any SQLSession) throws(SQLError) -> Result
    ) async throws(SQLError) -> Result {
        let deadline = ContinuousClock.now + configuration.timeout
        let result: Swift.Result<Result, SQLError> = await withCheckedContinuation { continuation in
            threads.submit { state in
                guard state == .active else {
                    return continuation.resume(returning: .failure(Self.closed))
                }
                continuation.resume(
                    returning: Swift.Result { () throws(SQLError) in
                        do throws(SQLError) {
                            return try self.attempt(work, deadline)
                        } catch  where isRepeatable && error.code == .interrupted && deadline > .now {
                            return try self.attempt(work, deadline)
                        }
                    })
            }
        }
        return try result.get()
    }

    /// Runs a statement that only reads.
    ///
    /// - Throws: ``SQLError``.
    package func read(_ statement: SQLStatement) async throws(SQLError) -> [[SQLValue]] {
        try await use(isRepeatable: true) { (session) throws(SQLError) in try session.run(statement).rows }
    }

    /// Runs statements as one transaction.
    ///
    /// - Throws: ``SQLError``.
    package func write(_ statements: [SQLStatement], isRepeatable: Bool) async throws(SQLError) -> [SQLResult] {
        try await use(isRepeatable: isRepeatable) { (session) throws(SQLError) in
            try session.runPipelined(statements)
        }
    }

    /// Ends connections and threads once work that has begun is done.
    package func close() async {
        let isFirst = box.withLock { box in
            defer { box.state.isClosed = true }
            return !box.state.isClosed
        }
        guard isFirst else { return }
        try? await threads.shutdownGracefully()
        dropIdle()
    }

    private static var closed: SQLError { SQLError(.unreachable, "the connections to the database are closed") }

    private func attempt<Result>(
        _ work: (any SQLSession) throws(SQLError) -> Result, _ deadline: ContinuousClock.Instant
    ) throws(SQLError) -> Result {
        guard deadline > .now else {
            throw SQLError(.unreachable, "no connection to \(dialect.rawValue) was free in time")
        }
        let (connection, generation) = try take()
        connection.deadline = deadline
        let before = connection.roundTrips
        defer { trips.add(connection.roundTrips - before, ordering: .relaxed) }
        do throws(SQLError) {
            let result = try work(connection)
            giveBack(connection, generation)
            return result
        } catch {
            if error.code == .interrupted || !connection.isUsable {
                discard(connection, generation)
            } else {
                giveBack(connection, generation)
            }
            throw error
        }
    }

    /// A connection that nobody uses, or a new one.
    private func take() throws(SQLError) -> (any SQLConnection, generation: Int) {
        while true {
            let (idle, generation, failure) = box.withLock { box in
                let failure = box.state.nextAttempt > .now ? box.state.failure : nil
                return (Idle(connection: box.state.idle.popLast()), box.state.generation, failure)
            }
            if let connection = idle.connection {
                if connection.isUsable { return (connection, generation) }
                connection.close()
                continue
            }
            if let failure { throw failure }
            do throws(SQLError) {
                let connection = try configuration.connect()
                trips.add(connection.roundTrips, ordering: .relaxed)
                let failed = box.withLock { box in
                    defer { (box.state.failure, box.state.failures, box.state.wasConnected) = (nil, 0, true) }
                    return box.state.failure != nil
                }
                if failed {
                    logger.info("The database is reachable again", metadata: ["database": "\(dialect.rawValue)"])
                }
                return (connection, generation)
            } catch {
                noteFailure(error)
                throw error
            }
        }
    }

    private struct Idle: @unchecked Sendable {
        // Taken out under the lock and used by this thread alone from there on.
        let connection: (any SQLConnection)?
    }

    private func noteFailure(_ error: SQLError) {
        let isNew = box.withLock { box in
            let isNew = box.state.wasConnected && box.state.failure?.message != error.message
            box.state.failure = error
            box.state.failures += 1
            box.state.nextAttempt = .now + Self.backoff.pause(after: box.state.failures)
            return isNew
        }
        guard isNew else { return }
        logger.warning(
            "The database cannot be reached", metadata: ["database": "\(dialect.rawValue)", "error": "\(error)"])
    }

    private func giveBack(_ connection: any SQLConnection, _ generation: Int) {
        let lent = Idle(connection: connection)
        let isKept = box.withLock { box in
            guard !box.state.isClosed, box.state.generation == generation,
                box.state.idle.count < max(1, configuration.poolSize)
            else { return false }
            if let connection = lent.connection { box.state.idle.append(connection) }
            return true
        }
        if !isKept { connection.close() }
    }

    /// Ends a broken connection, and with it all that were open at its time: a server that left one has left all.
    private func discard(_ connection: any SQLConnection, _ generation: Int) {
        connection.close()
        let isFirst = box.withLock { box in
            guard box.state.generation == generation else { return false }
            box.state.generation += 1
            return true
        }
        if isFirst { dropIdle() }
    }

    private func dropIdle() {
        while let connection = box.withLock({ Idle(connection: $0.state.idle.popLast()) }).connection {
            connection.close()
        }
    }
}
