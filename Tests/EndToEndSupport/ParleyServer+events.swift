package import Foundation
import TestSupport

/// What a server's log and its processes' titles say of its workers.
extension ParleyServer {
    package static func title(of pid: pid_t) -> String {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)) ?? ""
        return text.trimmingCharacters(in: CharacterSet(charactersIn: "\0"))
    }

    /// Whether a process has ended, also where nobody has taken notice of that.
    package static func hasEnded(_ pid: pid_t) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return true }
        return status.contains(") Z ")
    }

    /// Waits until the generation serves and all before it have ended.
    package func awaitGeneration(_ number: Int, workers count: Int) throws {
        let isThere = eventually {
            let titles = workers.map { Self.title(of: $0) }
            return titles.count == count && titles.allSatisfy { $0.hasSuffix("generation \(number)") }
        }
        guard isThere else {
            throw TestFailure("no generation \(number): \(workers.map { Self.title(of: $0) })")
        }
    }

    /// Waits until the log has said something so often.
    package func awaitEvent(_ text: String, count: Int = 1) throws {
        let isSaid = eventually { process.lines.filter { $0.contains(text) }.count >= count }
        guard isSaid else {
            throw TestFailure("not said: \(text)\n" + process.lines.joined(separator: "\n"))
        }
    }
}
