#if PostgreSQL
    import CPostgreSQL
    import Glibc

    /// One connection to a PostgreSQL server over libpq, in pipeline mode: what is sent together costs one round trip.
    ///
    /// Statements are not prepared under names, so that poolers such as PgBouncer may stand between.
    final class PostgreSQLConnection: SQLConnection {
        var deadline = ContinuousClock.now
        private(set) var roundTrips = 0
        private let connection: OpaquePointer
        private let timeout: Duration
        private var isBroken = false

        /// Connects; waits no longer than the configuration says.
        ///
        /// - Throws: ``SQLError``.
        init(_ configuration: SQLConfiguration) throws(SQLError) {
            timeout = configuration.timeout
            let parameters = PostgreSQLParameters(configuration)
            guard let connection = parameters.connect() else {
                throw SQLError(.unreachable, "libpq is out of memory")
            }
            self.connection = connection
            PostgreSQLNotices.log(from: connection)
            guard PQstatus(connection) == CONNECTION_OK else {
                let words = String(cString: PQerrorMessage(connection))
                let serverResponded = PQprotocolVersion(connection) != 0 || words.contains("FATAL:")
                PQfinish(connection)
                throw SQLError(
                    serverResponded ? PostgreSQLFailure.loginCode(words) : .unreachable,
                    "PostgreSQL server: \(words.isEmpty ? "no connection" : words)")
            }
            guard PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1 else {
                PQfinish(connection)
                throw SQLError(.unreachable, "PostgreSQL server: the connection does not take several statements")
            }
            roundTrips = 1
        }

        var isUsable: Bool {
            guard !isBroken, PQstatus(connection) == CONNECTION_OK else { return false }
            // What an idle connection has to say is mostly that the server has ended it.
            var descriptor = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
            while poll(&descriptor, 1, 0) != 0 {
                guard PQconsumeInput(connection) == 1, PQstatus(connection) == CONNECTION_OK else { return false }
            }
            return true
        }

        func run(_ statement: SQLStatement) throws(SQLError) -> SQLResult {
            try exchange([statement])[0]
        }

        func runPipelined(_ statements: [SQLStatement]) throws(SQLError) -> [SQLResult] {
            // The server ends what this process gave up: a second try must not meet the first.
            let milliseconds = max(1, (deadline - .now).milliseconds)
            let frame = [
                SQLStatement("BEGIN ISOLATION LEVEL READ COMMITTED"),
                SQLStatement(
                    "SELECT set_config('statement_timeout', ?, true)", [.text(String(milliseconds))]),
            ]
            do throws(SQLError) {
                let results = try exchange(frame + statements + [SQLStatement("COMMIT")])
                return Array(results[frame.count..<frame.count + statements.count])
            } catch {
                if error.code != .interrupted { try rollback() }
                throw error
            }
        }

        func begin() throws(SQLError) { _ = try run(SQLStatement("BEGIN ISOLATION LEVEL READ COMMITTED")) }

        func commit() throws(SQLError) { _ = try run(SQLStatement("COMMIT")) }

        func rollback() throws(SQLError) { _ = try run(SQLStatement("ROLLBACK")) }

        func close() { PQfinish(connection) }

        /// Sends statements in one go and reads all responses.
        private func exchange(_ statements: [SQLStatement]) throws(SQLError) -> [SQLResult] {
            for statement in statements { try send(statement) }
            guard PQpipelineSync(connection) == 1 else { throw broken() }
            roundTrips += 1
            var results: [SQLResult] = []
            var failure: SQLError?
            for _ in statements {
                while let result = try nextResult() {
                    defer { PQclear(result) }
                    switch PQresultStatus(result) {
                    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                        results.append(SQLResult(result))
                    case PGRES_PIPELINE_ABORTED: break
                    default: failure = failure ?? PostgreSQLFailure.error(result)
                    }
                }
                // The server may have ended the connection with its error.
                guard PQstatus(connection) == CONNECTION_OK else { throw broken() }
            }
            try awaitSync(&failure)
            if let failure { throw failure }
            guard results.count == statements.count else { throw broken() }
            return results
        }

        private func awaitSync(_ failure: inout SQLError?) throws(SQLError) {
            while let result = try nextResult() {
                defer { PQclear(result) }
                switch PQresultStatus(result) {
                case PGRES_PIPELINE_SYNC: return
                default: failure = failure ?? PostgreSQLFailure.error(result)
                }
            }
            throw broken()
        }

        private func send(_ statement: SQLStatement) throws(SQLError) {
            let text = PostgreSQLText.numbered(statement.text)
            let types = statement.values.map(PostgreSQLText.type(of:))
            var values: [UnsafeMutablePointer<CChar>?] = statement.values.map { value in
                PostgreSQLText.text(of: value).flatMap { strdup($0) }
            }
            defer { values.forEach { free($0) } }
            let status = values.withUnsafeMutableBufferPointer { values in
                values.withMemoryRebound(to: UnsafePointer<CChar>?.self) { values in
                    PQsendQueryParams(
                        connection, text, Int32(types.count), types, values.baseAddress, nil, nil, 0)
                }
            }
            guard status == 1 else { throw broken() }
        }

        /// The next result; nil at the end of a statement's.
        private func nextResult() throws(SQLError) -> OpaquePointer? {
            while true {
                let unsent = PQflush(connection)
                guard unsent >= 0 else { throw broken() }
                if PQisBusy(connection) == 0 { return PQgetResult(connection) }
                try wait(forWriting: unsent == 1)
                guard PQconsumeInput(connection) == 1 else { throw broken() }
            }
        }

        private func wait(forWriting: Bool) throws(SQLError) {
            let remaining = (deadline - .now).milliseconds
            guard remaining > 0 else {
                isBroken = true
                throw SQLError(.interrupted, "the PostgreSQL server did not respond in time")
            }
            let events = Int16(POLLIN) | (forWriting ? Int16(POLLOUT) : 0)
            var descriptor = pollfd(fd: PQsocket(connection), events: events, revents: 0)
            _ = poll(&descriptor, 1, Int32(clamping: remaining))
        }

        private func broken() -> SQLError {
            isBroken = true
            let words = String(cString: PQerrorMessage(connection))
            return SQLError(.interrupted, "PostgreSQL server: \(words.isEmpty ? "the connection was lost" : words)")
        }
    }
#endif
