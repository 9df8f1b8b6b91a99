/// The statuses that the program ends with, as in BSD's `sysexits.h`, so that scripts can tell what to change.
package enum ExitStatus {
    /// Wrong flags or arguments.
    package static let usage: Int32 = 64
    /// The content of a file, such as a model archive, is wrong.
    package static let data: Int32 = 65
    /// A file that was named does not exist or cannot be read.
    package static let noInput: Int32 = 66
    /// A host name means nothing.
    package static let noHost: Int32 = 68
    /// Something outside, such as the port, is not to be had.
    package static let unavailable: Int32 = 69
    /// The program itself failed.
    package static let software: Int32 = 70
    /// A system call failed.
    package static let system: Int32 = 71
    /// The user lacks a right.
    package static let noPermission: Int32 = 77
    /// More memory was needed than the process may have.
    package static let outOfMemory: Int32 = 79
    /// A configuration file or an environment variable is wrong.
    package static let configuration: Int32 = 78
}
