import System

/// Why a database did not do what it was asked to.
package struct SQLError: CodedError {
    package enum Code: Sendable, Hashable {
        /// The server cannot be reached, does not respond in time, or is busy; nothing was done.
        case unreachable
        /// The server is there and does not let this user or this database in.
        case denied
        /// The connection was lost or the time ran out after the request was sent: it may have been done.
        case interrupted
        /// Another transaction came between; nothing was done, and the same may be tried again at once.
        case conflict
        /// A value is too long for its column; nothing was done.
        case valueTooLong
        /// The database refused the statement; nothing was done.
        case refused
        /// This build has no client for the database.
        case notBuilt
    }

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
}
