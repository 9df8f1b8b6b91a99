import CParleySystem
import Glibc
import System

/// Standard error of all children, which the supervisor reads: what libraries and the language's runtime write there
/// becomes lines of the log, and no child ever waits for who reads that.
struct StandardErrorPipe {
    /// Longer lines are cut.
    private static let maxLine = 4096
    /// Bytes that are read in one go, so that nobody keeps the supervisor busy.
    private static let portion = 1 << 16

    let reading: Int32
    private let writing: Int32
    private var begun: [UInt8] = []

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard parley_pipe(&ends) == 0 else { throw SystemError("pipe2") }
        (reading, writing) = (ends[0], ends[1])
    }

    /// Makes it the standard error of this process, a child.
    func take() {
        dup2(writing, STDERR_FILENO)
        close(writing)
        close(reading)
    }

    /// The lines that children have written since.
    mutating func lines() -> [String] {
        var buffer = [UInt8](repeating: 0, count: Self.portion)
        let count = read(reading, &buffer, buffer.count)
        guard count > 0 else { return [] }
        var parts = (begun + buffer[..<count]).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        begun = Array(parts.removeLast())
        if begun.count > Self.maxLine {
            parts.append(begun[...])
            begun = []
        }
        return parts.filter { !$0.isEmpty }.map { String(decoding: $0.prefix(Self.maxLine), as: UTF8.self) }
    }

    /// What was written last, without the end of a line.
    mutating func rest() -> [String] {
        let lines = lines()
        defer { begun = [] }
        return lines + (begun.isEmpty ? [] : [String(decoding: begun, as: UTF8.self)])
    }
}
