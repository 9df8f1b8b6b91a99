import Glibc

/// A system call that failed.
package struct SystemError: Error, Sendable, CustomStringConvertible {
    /// The call's name.
    package let call: String
    /// The `errno` that it left.
    package let code: Int32

    /// The failure of a call that has just returned.
    package init(_ call: String, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    /// The call and what the code means.
    package var description: String {
        "\(call): \(String(cString: strerror(code)))"
    }
}
