import Glibc

/// Why the system did not let a file or directory be used.
package struct FileFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The system's number for it, such as `ENOENT`.
    package let number: Int32

    /// The failure with this number; by default of this thread's last call, to be asked directly after it.
    package init(_ number: Int32 = errno) { self.number = number }

    /// The system's words, such as `No such file or directory`.
    package var description: String { String(cString: strerror(number)) }
}
