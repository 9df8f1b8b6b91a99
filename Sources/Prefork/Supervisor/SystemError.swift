import Glibc

/// A system call that failed.
public struct SystemError: Error, Sendable, CustomStringConvertible {
    /// The call's name.
    public let call: String
    /// The `errno` that it left.
    public let code: Int32

    /// The failure of a call that has just returned.
    init(_ call: String, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    /// The call and what the code means.
    public var description: String {
        "\(call): \(String(cString: strerror(code)))"
    }
}
