package import Foundation
import TestSupport

/// What the system says of a server's processes.
extension ParleyServer {
    /// The processes that do jobs (trainings and tests that were asked for over HTTP).
    package var jobs: [pid_t] {
        workers.filter { pid in
            // Until a new process runs its own program, it is its parent's.
            (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8))?.contains("--body=") ?? false
        }
    }

    /// Waits for a job and stops it, so that it does not end by itself.
    package func stoppedJob() throws -> pid_t {
        var found: pid_t?
        _ = eventually {
            found = jobs.first
            return found != nil
        }
        guard let job = found else {
            throw TestFailure("no job was begun:\n" + process.lines.joined(separator: "\n"))
        }
        kill(job, SIGSTOP)
        return job
    }

    /// The pids of a process's children, oldest first, but for those that have ended and wait to be noticed.
    package static func children(of pid: pid_t) -> [pid_t] {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
            .filter { child in
                let line = try? String(contentsOfFile: "/proc/\(child)/cmdline", encoding: .utf8)
                return !(line ?? "").isEmpty
            }
    }

    /// What a process has open, by its descriptors.
    package static func openFiles(of pid: pid_t) throws -> [Int: String] {
        let directory = "/proc/\(pid)/fd"
        var files: [Int: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
            guard let number = Int(name) else { continue }
            files[number] = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\(name)")
        }
        return files
    }
}
