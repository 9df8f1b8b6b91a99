extension SQLClient {
    /// Creates a database on the server of this client, if there is none of the name. PostgreSQL only.
    ///
    /// - Throws: ``SQLError``.
    package func createDatabase(_ name: String) async throws(SQLError) {
        guard try await !hasDatabase(name) else { return }
        // A name cannot be a value of a statement.
        let quoted = "\"" + name.replacing("\"", with: "\"\"") + "\""
        do {
            _ = try await read(SQLStatement("CREATE DATABASE \(quoted)"))
        } catch {
            // Another worker may have been faster.
            guard try await hasDatabase(name) else { throw error }
        }
    }

    private func hasDatabase(_ name: String) async throws(SQLError) -> Bool {
        let text = "SELECT 1 FROM pg_catalog.pg_database WHERE datname = ?"
        return try await !read(SQLStatement(text, [.text(name)])).isEmpty
    }
}
