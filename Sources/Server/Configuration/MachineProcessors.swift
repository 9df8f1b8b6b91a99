import CParleySystem

/// The processors that this program may use.
package enum MachineProcessors {
    /// How many keep it busy: those that it may run on, or fewer where a control group allows it less time. At least 1.
    package static var count: Int {
        let quotas = ControlGroups.directories(of: "cpu").compactMap { directory -> Int? in
            let numbers =
                directory.isUnified
                ? ControlGroups.numbers(in: directory.path, "cpu.max")
                : ControlGroups.numbers(in: directory.path, "cpu.cfs_quota_us")
                    + ControlGroups.numbers(in: directory.path, "cpu.cfs_period_us")
            return processors(quota: numbers)
        }
        return max(1, quotas.reduce(Int(parley_processors()), min))
    }

    /// - Parameter numbers: The time within a period, nil where it is not bounded, and the period.
    static func processors(quota numbers: [UInt64?]) -> Int? {
        guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], period > 0 else { return nil }
        // With one and a half, one worker would leave a third unused.
        return Int(clamping: quota / period + (quota % period > 0 ? 1 : 0))
    }
}
