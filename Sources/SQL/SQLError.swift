/// Why a database did not do what it was asked to.
package struct SQLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure; more may come.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The kind's name for logs.
        package let description: String

        /// The server cannot be reached, does not answer in time, or is busy; nothing was done.
        package static let unreachable = Code(description: "sql_unreachable")
        /// The server is there and does not let this user or this database in.
        package static let denied = Code(description: "sql_denied")
        /// The connection was lost or the time ran out after the request was sent: it may have been done.
        package static let interrupted = Code(description: "sql_interrupted")
        /// Another transaction came between; nothing was done, and the same may be tried again at once.
        package static let conflict = Code(description: "sql_outrun")
        /// A value is too long for its column; nothing was done.
        package static let valueTooLong = Code(description: "sql_misfit")
        /// The database refused the statement; nothing was done.
        package static let refused = Code(description: "sql_refused")
        /// This build has no client for the database.
        package static let notBuilt = Code(description: "sql_not_built")
    }

    /// The kind of failure.
    package let code: Code
    /// What happened in one line, with the database's own words where it gave any; never a value of a statement.
    package let message: String

    /// An error of a kind with what is known about it; further lines of the message are joined to one.
    package init(_ code: Code, _ message: String) {
        self.code = code
        let lines = message.split(whereSeparator: \.isNewline).map { line in
            String(line.drop { $0 == " " || $0 == "\t" })
        }
        self.message = lines.joined(separator: "; ")
    }

    /// The message.
    package var description: String { message }
}
