#if MySQL
    import CMariaDB
    import Glibc
    import Synchronization

    /// One connection to a MySQL or MariaDB server over libmariadb.
    ///
    /// The protocol sends one statement at a time, so whoever needs one round trip has to ask for one statement.
    final class MySQLConnection: SQLConnection {
        var deadline = ContinuousClock.now
        private(set) var roundTrips = 0
        private let connection: UnsafeMutablePointer<MYSQL>
        private var prepared: [String: MySQLStatement] = [:]
        private var isBroken = false

        /// MariaDB has sequences since version 10.3.
        var numbersBySequence: Bool {
            mariadb_connection(connection) != 0 && mysql_get_server_version(connection) >= 100_300
        }

        /// After this time the server ends a connection that says nothing; it is opened again when it is needed.
        private static let idleSeconds = 60

        /// libmariadb sets itself up at the first use, which must be one thread's.
        private static let library = Mutex(false)

        /// Connects; waits no longer than the configuration says.
        ///
        /// - Throws: ``SQLError``.
        init(_ configuration: SQLConfiguration) throws(SQLError) {
            let started: Bool = Self.library.withLock { started in
                if !started { started = mysql_server_init(0, nil, nil) == 0 }
                return started
            }
            guard started, let connection = mysql_init(nil) else {
                throw SQLError(.unreachable, "libmariadb cannot be used")
            }
            self.connection = connection
            do throws(SQLError) {
                let options = try MySQLOptions(configuration, connection)
                guard options.connect(configuration, connection) else {
                    throw Self.error(mysql_errno(connection), mysql_error(connection), isConnecting: true)
                }
            } catch {
                mysql_close(connection)
                throw error
            }
            roundTrips = 1
            deadline = .now + configuration.timeout
            do throws(SQLError) {
                // What does not fit is an error, never cut.
                _ = try run(SQLStatement("SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')"))
                let seconds = max(1, configuration.timeout.milliseconds / 1000)
                _ = try run(SQLStatement("SET SESSION innodb_lock_wait_timeout = ?", [.integer(seconds)]))
                // The server takes the locks of a process that stands still, once it has missed this time.
                _ = try run(SQLStatement("SET SESSION wait_timeout = ?", [.integer(Self.idleSeconds)]))
            } catch {
                close()
                throw error
            }
        }

        var isUsable: Bool {
            guard !isBroken else { return false }
            // An idle connection has nothing to say, unless the server has ended it.
            var descriptor = pollfd(fd: Int32(mysql_get_socket(connection)), events: Int16(POLLIN), revents: 0)
            return poll(&descriptor, 1, 0) == 0
        }

        func run(_ statement: SQLStatement) throws(SQLError) -> SQLResult {
            guard deadline > .now else {
                throw SQLError(.unreachable, "the time for the MySQL server was over before the next statement")
            }
            let form = try form(statement.text)
            roundTrips += 1
            guard let result = form.run(statement.values) else { throw failure(form) }
            return result
        }

        func runPipelined(_ statements: [SQLStatement]) throws(SQLError) -> [SQLResult] {
            try runOneByOne(statements)
        }

        func begin() throws(SQLError) { try command("START TRANSACTION") }

        func commit() throws(SQLError) {
            do throws(SQLError) {
                try command("COMMIT")
            } catch  where error.code == .conflict {
                throw error
            } catch {
                // A server that ends, or has no room any more, may have written it.
                throw note(SQLError(.interrupted, error.message))
            }
        }

        func rollback() throws(SQLError) { try command("ROLLBACK") }

        func close() {
            prepared = [:]
            mysql_close(connection)
        }

        private func command(_ text: String) throws(SQLError) {
            roundTrips += 1
            guard mysql_query(connection, text) == 0 else {
                throw note(Self.error(mysql_errno(connection), mysql_error(connection), isConnecting: false))
            }
        }

        private func form(_ text: String) throws(SQLError) -> MySQLStatement {
            if let form = prepared[text] { return form }
            guard let form = MySQLStatement(connection) else {
                throw SQLError(.unreachable, "libmariadb has no memory")
            }
            roundTrips += 1
            guard form.prepare(text) else { throw failure(form) }
            // The texts of this program are few; others would only use up the server's memory.
            if prepared.count < 32 { prepared[text] = form }
            return form
        }

        private func failure(_ form: MySQLStatement) -> SQLError {
            note(form.withError { Self.error($0, $1, isConnecting: false) })
        }

        private func note(_ error: SQLError) -> SQLError {
            if error.code == .interrupted { isBroken = true }
            return error
        }

        private static func error(_ number: UInt32, _ words: UnsafePointer<CChar>?, isConnecting: Bool) -> SQLError {
            let words = words.map { String(cString: $0) } ?? ""
            let message = "MySQL server: \(words.isEmpty ? "the connection was lost" : words) (\(number))"
            switch number {
            // Access denied, unknown database, unknown authentication, host not allowed.
            case 1044, 1045, 1049, 1130, 1142, 1143, 1227, 1251, 2059: return SQLError(.denied, message)
            // Data too long, packet too large.
            case 1406, 1153: return SQLError(.valueTooLong, message)
            // Deadlock; the same in the wait for a row's number.
            case 1213, 1467: return SQLError(.conflict, message)
            // The server is ending: whether a statement that commits by itself is done is not known.
            case 1053 where !isConnecting: return SQLError(.interrupted, message)
            // Too many connections, lock wait, ending, out of memory or disk, read only.
            case 1040, 1203, 1205, 1053, 1037, 1038, 1021, 1114, 1290, 3024, 1969:
                return SQLError(.unreachable, message)
            // The client's own errors and lost connections.
            case 1152, 1154...1161, 1927, 2000...2999:
                return SQLError(isConnecting ? .unreachable : .interrupted, message)
            default: return SQLError(isConnecting ? .denied : .refused, message)
            }
        }
    }
#endif
