import ExactText
import System

/// The control groups that this process is in, by which a container's or a service's share of the machine is bounded.
enum ControlGroups {
    struct Directory {
        let path: String
        /// Whether it is of version 2, in which all controllers share one tree.
        let isUnified: Bool
    }

    /// Where a controller's groups are that this process is in, with those above them.
    static func directories(of controller: String) -> [Directory] {
        guard let bytes = try? File.read("/proc/self/cgroup") else { return [] }
        return directories(of: controller, groups: String(decoding: bytes, as: UTF8.self))
    }

    /// - Parameter groups: The text of `/proc/self/cgroup`.
    static func directories(of controller: String, groups: String) -> [Directory] {
        groups.exact.split(separator: "\n").flatMap { line -> [Directory] in
            // hierarchy:controllers:path
            let parts = line.exact.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            if parts[1].isEmpty { return upwards(from: parts[2], in: "/sys/fs/cgroup", isUnified: true) }
            guard parts[1].exact.split(separator: ",").contains(where: { $0.exact == controller.exact }) else {
                return []
            }
            return upwards(from: parts[2], in: "/sys/fs/cgroup/\(controller)", isUnified: false)
        }
    }

    /// The numbers of a group's file, nil for a word in a number's place; none where there is no such file.
    static func numbers(in directory: String, _ file: String) -> [UInt64?] {
        guard let bytes = try? File.read("\(directory)/\(file)", atMost: 4096) else { return [] }
        return bytes.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
            .map { UInt64(String(decoding: $0, as: UTF8.self)) }
    }

    /// The number behind a key of a group's file; nil where there is none.
    static func number(in directory: String, _ file: String, key: String) -> UInt64? {
        guard let bytes = try? File.read("\(directory)/\(file)", atMost: 4096) else { return nil }
        return number(of: key, in: String(decoding: bytes, as: UTF8.self))
    }

    /// - Parameter text: Lines of a key and a number.
    static func number(of key: String, in text: String) -> UInt64? {
        for line in text.exact.split(separator: "\n") {
            let parts = line.exact.split(separator: " ")
            if parts.count == 2, parts[0].exact == key.exact { return UInt64(parts[1]) }
        }
        return nil
    }

    private static func upwards(from group: Substring, in root: String, isUnified: Bool) -> [Directory] {
        let names = group.exact.split(separator: "/").map(String.init)
        return (0...names.count).reversed().map { count in
            Directory(path: ([root] + names.prefix(count)).joined(separator: "/"), isUnified: isUnified)
        }
    }
}
