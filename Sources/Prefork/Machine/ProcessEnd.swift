package enum ProcessEnd: Sendable, Hashable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)
    /// The kernel has killed it for want of memory.
    case outOfMemory

    /// What happened, for a sentence that begins with "it".
    package var description: String {
        switch self {
        case .exited(ExitStatus.outOfMemory): "needed more memory than it may have (--max-job-memory)"
        case .exited(let status): "ended with status \(status)"
        case .signalled(9): "was ended by signal 9 (KILL; perhaps the machine ran out of memory)"
        case .outOfMemory:
            "was ended by signal 9 (KILL), because memory ran out: that of its control group, or of the machine"
        case .signalled(let signal): "was ended by signal \(signal)\(Self.name(of: signal))"
        }
    }

    private static func name(of signal: Int32) -> String {
        switch signal {
        case 4: " (illegal instruction)"
        case 5: " (trap)"
        case 6: " (abort)"
        case 7: " (bus error)"
        case 8: " (arithmetic error)"
        case 11: " (segmentation fault)"
        case 15: " (TERM)"
        default: ""
        }
    }
}

/// Why a start failed, in the words and with the status that the whole program ends with.
package struct BootFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line that names the thing to change.
    package let message: String
    /// The exit status; never 0.
    package let status: Int32

    /// A failure; line breaks in the message become spaces, and a status of 0 becomes 1.
    package init(_ message: String, status: Int32) {
        self.message = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        self.status = status == 0 ? 1 : status
    }

    package var description: String { message }
}
