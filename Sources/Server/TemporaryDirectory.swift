import ExactText
import Glibc
package import Prefork
package import System

/// A directory of this program's own, for the prepared model; readable by this user only.
///
/// The supervisor holds a lock in it for as long as it lives, and deletes it at its end. What a killed supervisor left
/// behind is deleted by the next one that starts.
package struct TemporaryDirectory: Sendable {
    package let path: String

    private static let prefix = "parley-"
    private static let lockName = "supervisor.lock"

    /// Makes the directory in `TMPDIR`, or `/tmp`, after having deleted those of dead supervisors.
    ///
    /// - Throws: ``BootFailure`` that names the place.
    package init(environment: EnvironmentVariables) throws(BootFailure) {
        let place = Self.place(environment)
        Self.deleteAbandoned(in: place)
        do throws(SystemError) {
            path = try Directory.makeTemporary("\(place)/\(Self.prefix)")
        } catch {
            throw BootFailure(
                "cannot make a directory in '\(place)' (TMPDIR): \(error)", status: ExitStatus.noPermission)
        }
        // Locked before it has its name, so that nobody ever sees it free.
        let unnamed = "\(path)/\(Self.lockName).new"
        let lock = open(unnamed, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 { rename(unnamed, "\(path)/\(Self.lockName)") }
    }

    package func delete() { Directory.delete(path) }

    /// Deletes a prepared model, or what a job has left, that is in the directory.
    func delete(model: String) {
        guard model.exact.hasPrefix("\(path)/") else { return }
        Directory.delete(model)
    }

    /// Deletes what loaders left behind that were killed; others may be at work.
    func deleteUnfinished() {
        for name in Self.names(in: path)
        where name.exact.hasPrefix(Self.download) || name.exact.contains(text: ".partial-") {
            let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
            let digits = name.utf8.drop { !isDigit($0) }.prefix(while: isDigit)
            guard let loader = pid_t(String(decoding: digits, as: UTF8.self)), kill(loader, 0) != 0 else { continue }
            Directory.delete("\(path)/\(name)")
        }
    }

    /// How the names of files begin that are not yet models.
    package static let download = "download-"

    /// Where the process was started.
    static var workingDirectory: String {
        guard let directory = getcwd(nil, 0) else { return "." }
        defer { free(directory) }
        return String(cString: directory)
    }

    /// The directories of this user's supervisors that run.
    static func inUse(environment: EnvironmentVariables) -> [String] {
        let place = Self.place(environment)
        return names(in: place).filter { $0.exact.hasPrefix(prefix) }.map { "\(place)/\($0)" }.filter { directory in
            let lock = open("\(directory)/\(lockName)", O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            guard lock >= 0 else { return false }
            defer { close(lock) }
            var status = stat()
            guard fstat(lock, &status) == 0, status.st_uid == geteuid() else { return false }
            return flock(lock, LOCK_SH | LOCK_NB) != 0
        }
    }

    private static func place(_ environment: EnvironmentVariables) -> String {
        environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    }

    private static func deleteAbandoned(in place: String) {
        for name in names(in: place) where name.exact.hasPrefix(prefix) {
            let lock = open("\(place)/\(name)/\(lockName)", O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            guard lock >= 0 else { continue }
            if flock(lock, LOCK_EX | LOCK_NB) == 0 { Directory.delete("\(place)/\(name)") }
            close(lock)
        }
    }

    private static func names(in directory: String) -> [String] { (try? Directory.names(in: directory)) ?? [] }
}
