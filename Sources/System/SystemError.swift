import Glibc

/// A system call that failed.
package struct SystemError: Error, Hashable, CustomStringConvertible {
    /// The call's name, where it says more than what was wanted does.
    package let call: String?
    /// The `errno` that it left, such as `ENOENT`.
    package let code: Int32

    /// By default the failure of this thread's last call, to be asked directly after it.
    package init(_ call: String? = nil, code: Int32 = errno) { (self.call, self.code) = (call, code) }

    /// The call and the system's words, such as `open: No such file or directory`.
    package var description: String {
        let words = String(cString: strerror(code))
        return call.map { "\($0): \(words)" } ?? words
    }
}
