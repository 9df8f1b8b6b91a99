/// The statuses that the program ends with, as in BSD's `sysexits.h`, so that scripts can tell what to change.
public enum ExitStatus {
    /// Wrong flags or arguments.
    public static let usage: Int32 = 64
    /// The content of a file, such as a model archive, is wrong.
    public static let data: Int32 = 65
    /// A file that was named does not exist or cannot be read.
    public static let noInput: Int32 = 66
    /// A host name means nothing.
    public static let noHost: Int32 = 68
    /// Something outside, such as the port, is not to be had.
    public static let unavailable: Int32 = 69
    /// The program itself failed.
    public static let software: Int32 = 70
    /// A system call failed.
    public static let system: Int32 = 71
    /// The user lacks a right.
    public static let noPermission: Int32 = 77
    /// More memory was needed than the process may have.
    public static let outOfMemory: Int32 = 79
    /// A configuration file or an environment variable is wrong.
    public static let configuration: Int32 = 78
}
