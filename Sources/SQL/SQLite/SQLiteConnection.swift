import CSQLite

/// One connection to a file of SQLite.
///
/// The file is in WAL mode, so that readers and the writer of several processes do not wait for each other, and is
/// synchronised at every commit. Rasa opens such files as any other.
final class SQLiteConnection: SQLConnection {
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    var deadline = ContinuousClock.now
    let roundTrips = 0
    private(set) var isUsable = true
    private let handle: OpaquePointer
    private let path: String

    /// Opens the file; it is made if there is none, unless it is only to be read, and then stays as it is.
    ///
    /// - Throws: ``SQLError``.
    init(_ configuration: SQLConfiguration) throws(SQLError) {
        path = configuration.database
        var handle: OpaquePointer?
        let access = configuration.isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let flags = access | SQLITE_OPEN_NOMUTEX
        let status = sqlite3_open_v2(path, &handle, flags, nil)
        guard status == SQLITE_OK, let handle else {
            let words = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(handle)
            throw SQLError(.denied, "the SQLite file '\(path)' cannot be opened: \(words)")
        }
        self.handle = handle
        sqlite3_busy_timeout(handle, Int32(clamping: configuration.connectTimeout.milliseconds))
        guard !configuration.isReadOnly else { return }
        do throws(SQLError) {
            _ = try run(SQLStatement("PRAGMA synchronous = FULL"))
            // Where the file or its directory cannot be written, or the file system has no shared memory, it stays as
            // it is.
            _ = try? run(SQLStatement("PRAGMA journal_mode = WAL"))
        } catch {
            sqlite3_close_v2(handle)
            throw error
        }
    }

    func run(_ statement: SQLStatement) throws(SQLError) -> SQLResult {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(handle, statement.text, -1, &prepared, nil) == SQLITE_OK, let prepared else {
            throw failure()
        }
        defer { sqlite3_finalize(prepared) }
        for (index, value) in statement.values.enumerated() {
            guard bind(value, to: prepared, Int32(index + 1)) == SQLITE_OK else { throw failure() }
        }
        var result = SQLResult()
        while true {
            switch sqlite3_step(prepared) {
            case SQLITE_ROW: result.rows.append(row(of: prepared))
            case SQLITE_DONE:
                if sqlite3_stmt_readonly(prepared) == 0 { result.changes = Int(sqlite3_changes(handle)) }
                return result
            default: throw failure()
            }
        }
    }

    func runPipelined(_ statements: [SQLStatement]) throws(SQLError) -> [SQLResult] {
        try runOneByOne(statements)
    }

    func begin() throws(SQLError) { _ = try run(SQLStatement("BEGIN IMMEDIATE")) }

    func commit() throws(SQLError) {
        do throws(SQLError) {
            _ = try run(SQLStatement("COMMIT"))
        } catch {
            let isWritten = Self.mayBeWritten(sqlite3_errcode(handle))
            // A transaction that could not be committed is still open.
            try? rollback()
            throw isWritten ? SQLError(.interrupted, error.message) : error
        }
    }

    /// Whether a commit that failed so may show up later: the disk failed over what had gone to it.
    private static func mayBeWritten(_ code: Int32) -> Bool { code & 0xFF == SQLITE_IOERR }

    func rollback() throws(SQLError) {
        guard sqlite3_get_autocommit(handle) == 0 else { return }
        _ = try run(SQLStatement("ROLLBACK"))
    }

    func close() { sqlite3_close_v2(handle) }

    private func bind(_ value: SQLValue, to prepared: OpaquePointer, _ place: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(prepared, place)
        case .integer(let value): return sqlite3_bind_int64(prepared, place, sqlite3_int64(value))
        case .real(let value): return sqlite3_bind_double(prepared, place, value)
        case .text(var text):
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { bytes in
                    sqlite3_bind_text64(
                        prepared, place, bytes.baseAddress ?? UnsafePointer(bitPattern: 1), sqlite3_uint64(bytes.count),
                        Self.transient, UInt8(SQLITE_UTF8))
                }
            }
        }
    }

    private func row(of prepared: OpaquePointer) -> [SQLValue] {
        (0..<sqlite3_column_count(prepared)).map { column in
            switch sqlite3_column_type(prepared, column) {
            case SQLITE_NULL: return .null
            case SQLITE_INTEGER: return .integer(Int(sqlite3_column_int64(prepared, column)))
            case SQLITE_FLOAT: return .real(sqlite3_column_double(prepared, column))
            default:
                let start = sqlite3_column_text(prepared, column)
                let count = Int(sqlite3_column_bytes(prepared, column))
                return .text(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
            }
        }
    }

    private func failure() -> SQLError {
        let words = "SQLite file '\(path)': \(String(cString: sqlite3_errmsg(handle)))"
        switch sqlite3_errcode(handle) & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL, SQLITE_IOERR, SQLITE_NOMEM: return SQLError(.unreachable, words)
        case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH, SQLITE_NOTADB, SQLITE_CORRUPT:
            // The next attempt opens the file anew: it may have been put back into order.
            isUsable = false
            return SQLError(.denied, words)
        case SQLITE_TOOBIG: return SQLError(.valueTooLong, words)
        default: return SQLError(.refused, words)
        }
    }
}

extension Duration {
    /// The time in whole milliseconds, rounded down.
    var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
