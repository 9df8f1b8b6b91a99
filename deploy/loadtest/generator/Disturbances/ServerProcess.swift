import Foundation

/// A server on this machine, whose supervisor has this process id.
struct ServerProcess: Sendable {
    let pid: pid_t

    /// Its worker processes. A loader or a job is none.
    var workers: [pid_t] {
        let path = "/proc/\(pid)/task/\(pid)/children"
        let children = ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
            .split(separator: " ").compactMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        return children.filter { child in
            let title = (try? String(contentsOfFile: "/proc/\(child)/cmdline", encoding: .utf8)) ?? ""
            return title.contains("worker")
        }
    }

    var isAlive: Bool { kill(pid, 0) == 0 }

    /// Whether a process has let go of its connections: only then is it a zombie, or gone.
    static func hasEnded(_ process: pid_t) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let state = text.split(separator: ")").last?.split(separator: " ").first
        else { return true }
        return state == "Z" || state == "X"
    }
}
