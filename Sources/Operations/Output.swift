import Glibc
import System

/// Writes to the standard streams, whole and at once.
enum Output {
    /// A line on standard output.
    static func line(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// A line on standard error about something that is passed over.
    static func warn(_ text: String) { write("warning: \(text.visible)\n", to: STDERR_FILENO) }

    /// Why a command fails, on standard error. Some reasons have a line for each of several places.
    static func fail(_ text: String) { write("parley: \(text.visible)\n", to: STDERR_FILENO) }

    /// A text as it is; what cannot be written because nobody reads any more is dropped.
    static func write(_ text: String, to file: Int32) {
        try? File.write(Array(text.utf8), to: file)
    }
}
