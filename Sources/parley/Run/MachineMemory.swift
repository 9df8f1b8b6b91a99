import ExactText
import Glibc
import Prefork
import System

/// The memory that this program may use: the machine's, or less where a control group says so.
enum MachineMemory {
    /// With less no job comes to its first line.
    private static let least = 64 << 20

    /// Bytes that one training or test may take: what the flag says, or half of all.
    ///
    /// - Throws: ``BootFailure`` where no job could run with what the flag says.
    static func limitOfJobs(_ given: Int?) throws(BootFailure) -> UInt64 {
        guard let given else { return max(total / 2, UInt64(least)) }
        guard given >= least else {
            throw BootFailure(
                "--max-job-memory: \(given) bytes are too few for any job; give \(least) at least",
                status: ExitStatus.usage)
        }
        return UInt64(given)
    }

    /// Bytes.
    static var total: UInt64 {
        let machine = UInt64(clamping: sysconf(Int32(_SC_PHYS_PAGES))) * UInt64(clamping: sysconf(Int32(_SC_PAGESIZE)))
        return groupLimits.reduce(machine, min)
    }

    /// The limits of the groups that this process is in, with those above them.
    private static var groupLimits: [UInt64] {
        guard let bytes = try? WholeFile.read("/proc/self/cgroup") else { return [] }
        var limits: [UInt64] = []
        for line in String(decoding: bytes, as: UTF8.self).exact.split(separator: "\n") {
            // hierarchy:controllers:path
            let parts = line.exact.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            if parts[1].isEmpty {
                limits += Self.limits(of: parts[2], in: "/sys/fs/cgroup", file: "memory.max")
            } else if parts[1].exact.split(separator: ",").contains("memory") {
                limits += Self.limits(of: parts[2], in: "/sys/fs/cgroup/memory", file: "memory.limit_in_bytes")
            }
        }
        return limits
    }

    private static func limits(of group: Substring, in root: String, file: String) -> [UInt64] {
        var names = group.exact.split(separator: "/")
        var limits: [UInt64] = []
        while true {
            let path = ([root] + names.map(String.init) + [file]).joined(separator: "/")
            // A group without a limit says "max".
            if let bytes = try? WholeFile.read(path, atMost: 4096) {
                let digits = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                if let limit = UInt64(String(decoding: digits, as: UTF8.self)) { limits.append(limit) }
            }
            guard names.popLast() != nil else { return limits }
        }
    }
}
