import Glibc
import Prefork

/// A folder of this program's own, for the prepared model; readable by this user only.
///
/// The supervisor holds a lock in it for as long as it lives, and deletes it at its end. What a killed supervisor left
/// behind is deleted by the next one that starts.
struct ScratchFolder: Sendable {
    let path: String

    private static let prefix = "parley-"
    private static let lockName = "supervisor.lock"

    /// Makes the folder in `TMPDIR`, or `/tmp`, after having deleted those of dead supervisors.
    ///
    /// - Throws: ``BootFailure`` that names the place.
    init(environment: Environment) throws(BootFailure) {
        let place = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        Self.deleteAbandoned(in: place)
        var template = Array("\(place)/\(Self.prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw BootFailure(
                "cannot make a folder in '\(place)' (TMPDIR): \(String(cString: strerror(errno)))",
                status: ExitStatus.noPermission)
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // Locked before it has its name, so that nobody ever sees it free.
        let unnamed = "\(path)/\(Self.lockName).new"
        let lock = open(unnamed, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 { rename(unnamed, "\(path)/\(Self.lockName)") }
    }

    /// Deletes the folder with everything in it.
    func delete() {
        Self.delete(path)
    }

    /// Deletes a prepared model that is in the folder.
    func delete(model: String) {
        guard model.hasPrefix("\(path)/") else { return }
        Self.delete(model)
    }

    /// Deletes what loaders left behind that were killed.
    func deleteUnfinished() {
        for name in Self.names(in: path) where name.hasPrefix(Self.download) || name.contains(".partial-") {
            Self.delete("\(path)/\(name)")
        }
    }

    /// How the names of files begin that are not yet models.
    static let download = "download-"

    /// Deletes a file or folder with everything in it.
    static func delete(path: String) {
        delete(path)
    }

    /// Where the process was started.
    static var workingFolder: String {
        guard let folder = getcwd(nil, 0) else { return "." }
        defer { free(folder) }
        return String(cString: folder)
    }

    private static func deleteAbandoned(in place: String) {
        for name in names(in: place) where name.hasPrefix(prefix) {
            let lock = open("\(place)/\(name)/\(lockName)", O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            guard lock >= 0 else { continue }
            if flock(lock, LOCK_EX | LOCK_NB) == 0 { delete("\(place)/\(name)") }
            close(lock)
        }
    }

    /// Deletes a file, or a folder with everything in it; links are deleted, never followed.
    private static func delete(_ path: String) {
        if unlink(path) == 0 { return }
        for name in names(in: path) { delete("\(path)/\(name)") }
        rmdir(path)
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
