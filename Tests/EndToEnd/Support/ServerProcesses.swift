import Foundation

/// What the system says of a server's processes.
extension ParleyServer {
    /// The processes that do jobs (trainings and tests that were asked for over HTTP).
    var jobs: [pid_t] {
        workers.filter { pid in
            // Until a new process runs its own program, it is its parent's.
            (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8))?.contains("--body=") ?? false
        }
    }

    /// Waits until something is so.
    func eventually(_ seconds: Double = 120, _ condition: () throws -> Bool) throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if try condition() { return true }
            usleep(5000)
        }
        return try condition()
    }

    /// Waits for a job and stops it, so that it does not end by itself.
    func stoppedJob() throws -> pid_t {
        var found: pid_t?
        _ = try eventually {
            found = jobs.first
            return found != nil
        }
        guard let job = found else {
            throw EndToEndError("no job was begun:\n" + process.lines.joined(separator: "\n"))
        }
        kill(job, SIGSTOP)
        return job
    }

    /// What a process has open, by its descriptors.
    static func openFiles(of pid: pid_t) throws -> [Int: String] {
        let directory = "/proc/\(pid)/fd"
        var files: [Int: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
            guard let number = Int(name) else { continue }
            files[number] = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\(name)")
        }
        return files
    }
}
