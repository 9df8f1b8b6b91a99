import Glibc
package import Prefork

/// The memory that this program may use: the machine's, or less where a control group says so.
package enum MachineMemory {
    /// With less no job comes to its first line.
    private static let least = 64 << 20

    /// Bytes that one training or test may take: what the flag says, or half of all.
    ///
    /// - Throws: ``BootFailure`` where no job could run with what the flag says.
    package static func limitOfJobs(_ given: Int?) throws(BootFailure) -> UInt64 {
        guard let given else { return max(total / 2, UInt64(least)) }
        guard given >= least else {
            throw BootFailure(
                "--max-job-memory: \(given) bytes are too few for any job; give at least \(least)",
                status: ExitStatus.usage)
        }
        return UInt64(given)
    }

    /// Bytes.
    static var total: UInt64 { groupLimit ?? machine }

    /// Bytes that a control group allows, where that is less than the machine has.
    package static var groupLimit: UInt64? { groupLimits.min().flatMap { $0 < machine ? $0 : nil } }

    private static var machine: UInt64 {
        UInt64(clamping: sysconf(Int32(_SC_PHYS_PAGES))) * UInt64(clamping: sysconf(Int32(_SC_PAGESIZE)))
    }

    /// How many processes of the group that this one is in the kernel has killed for want of memory; nil where it does not
    /// say.
    static var kills: UInt64? {
        for directory in ControlGroups.directories(of: "memory") {
            let file = directory.isUnified ? "memory.events" : "memory.oom_control"
            if let kills = ControlGroups.number(in: directory.path, file, key: "oom_kill") { return kills }
        }
        return nil
    }

    /// The limits of the groups that this process is in, with those above them.
    private static var groupLimits: [UInt64] {
        ControlGroups.directories(of: "memory").compactMap { directory in
            // A group without a limit says "max".
            ControlGroups.numbers(
                in: directory.path, directory.isUnified ? "memory.max" : "memory.limit_in_bytes"
            ).first ?? nil
        }
    }
}
