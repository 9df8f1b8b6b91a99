extension SQLConfiguration {
    /// Opens a connection; blocks for ``connectTimeout`` at most.
    func connect() throws(SQLError) -> any SQLConnection {
        switch dialect {
        case .sqlite: return try SQLiteConnection(self)
        case .postgreSQL:
            #if PostgreSQL
                return try PostgreSQLConnection(self)
            #else
                throw notBuilt("PostgreSQL")
            #endif
        case .mySQL:
            #if MySQL
                return try MySQLConnection(self)
            #else
                throw notBuilt("MySQL")
            #endif
        }
    }

    private func notBuilt(_ trait: String) -> SQLError {
        SQLError(
            .notBuilt,
            "this build of Parley has no client for \(dialect.rawValue); build it with 'swift build --traits \(trait)'")
    }
}
