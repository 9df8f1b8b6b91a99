import Glibc
package import System

/// The stream by which the service manager takes standard error to the journal. There, and nowhere else, a number in
/// angle brackets at a line's beginning is the line's priority.
package enum JournalStream {
    /// Whether standard error is what `JOURNAL_STREAM` names by device and inode. The variable alone says little: it is
    /// still there where a script has sent standard error to a file.
    package static func isStandardError(environment: EnvironmentVariables) -> Bool {
        names(STDERR_FILENO, environment["JOURNAL_STREAM"])
    }

    static func names(_ descriptor: Int32, _ stream: String?) -> Bool {
        var status = stat()
        guard let stream, fstat(descriptor, &status) == 0 else { return false }
        return Array(stream.utf8) == Array("\(status.st_dev):\(status.st_ino)".utf8)
    }
}
