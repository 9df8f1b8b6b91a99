import ExactText
import Glibc
import System

/// What components have learned, kept from one training to the next: files by the fingerprint of all that they were
/// learned from. Several trainings may use a directory at once: an entry appears whole or not at all, and whoever reads
/// one that is deleted meanwhile trains anew.
struct ComponentCache: Sendable {
    private let directory: String
    /// In bytes.
    private let limit: Int

    /// How long one entry may be, in bytes: more is read into memory for no good.
    private static let maxEntryBytes = 2 << 30

    init(directory: String, limit: Int) {
        self.directory = Directory.path(Self.form, in: directory)
        self.limit = limit
    }

    /// The cache that the variables of Rasa name: `RASA_CACHE_DIRECTORY`, and `RASA_MAX_CACHE_SIZE` in megabytes; nil
    /// where its size is 0.
    ///
    /// - Throws: ``TrainingError`` for a size that is no number.
    init?(_ environment: EnvironmentVariables) throws(TrainingError) {
        var (directory, megabytes) = (".rasa/cache", 1000)
        if let named = environment["RASA_CACHE_DIRECTORY"], !named.isEmpty { directory = named }
        if let written = environment["RASA_MAX_CACHE_SIZE"], !written.isEmpty {
            guard let number = Int(written), 0...1_000_000 ~= number else {
                throw TrainingError(
                    .badConfiguration,
                    "RASA_MAX_CACHE_SIZE is '\(written)', but must be a whole number of megabytes; 0 keeps nothing")
            }
            megabytes = number
        }
        guard megabytes > 0 else { return nil }
        self.init(directory: directory, limit: megabytes << 20)
    }

    /// Entries of another form stand beside this directory, as those of Rasa do.
    private static let form = "parley-1"

    /// The files of an entry; nil where there is none.
    ///
    /// - Parameter fingerprint: Hexadecimal digits.
    func files(_ fingerprint: String) -> [ArchiveFile]? {
        let entry = Directory.path(fingerprint, in: directory)
        guard let names = try? Directory.names(in: entry) else { return nil }
        var files: [ArchiveFile] = []
        for name in names.sorted() {
            guard let bytes = try? File.read(Directory.path(name, in: entry), atMost: Self.maxEntryBytes) else {
                return nil
            }
            files.append(ArchiveFile(name, bytes: bytes))
        }
        // What was used last is deleted last.
        utimensat(AT_FDCWD, entry, nil, 0)
        return files
    }

    /// Keeps files. What cannot be kept is learned again another time.
    ///
    /// - Returns: Why nothing can be kept; nil also for an entry that is too large.
    @discardableResult
    func keep(_ files: [ArchiveFile], as fingerprint: String) -> TrainingWarning? {
        do throws(SystemError) {
            var size = 0
            for file in files { size += try file.size() }
            guard size <= min(limit, Self.maxEntryBytes) else { return nil }
            try Directory.make(directory, permissions: 0o755)
            let new = try Directory.makeTemporary(Directory.path(".new-", in: directory))
            // Nothing is left of it once it has its name.
            defer { Directory.delete(new) }
            for file in files { try file.write(to: Directory.path(file.path, in: new)) }
            // Fails where another training was faster, whose entry is as good.
            rename(new, Directory.path(fingerprint, in: directory))
        } catch {
            return TrainingWarning(
                "what networks have learned cannot be kept in the cache '\(directory)': \(error); the next training "
                    + "learns it again (RASA_CACHE_DIRECTORY names another directory)")
        }
        shrink()
        return nil
    }

    /// Whether there is an entry.
    func has(_ fingerprint: String) -> Bool { File.exists(Directory.path(fingerprint, in: directory)) }

    /// Deletes what was not used for longest until the rest is within the limit, and what killed trainings left.
    private func shrink() {
        var entries: [(path: String, used: Int, size: Int)] = []
        let now = time(nil)
        for name in (try? Directory.names(in: directory)) ?? [] {
            let path = Directory.path(name, in: directory)
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            let used = status.st_mtim.tv_sec
            if name.utf8.first == UInt8(ascii: ".") {
                if now - used > Self.maxWritingSeconds { Directory.delete(path) }
                continue
            }
            entries.append((path, used, Self.size(of: path)))
        }
        entries.sort { $0.used > $1.used }
        var total = 0
        for entry in entries {
            total += entry.size
            if total > limit { Directory.delete(entry.path) }
        }
    }

    /// After so many seconds nobody is still writing an entry.
    private static let maxWritingSeconds = 3600

    private static func size(of entry: String) -> Int {
        var size = 0
        for name in (try? Directory.names(in: entry)) ?? [] {
            var status = stat()
            if lstat(Directory.path(name, in: entry), &status) == 0 { size += status.st_size }
        }
        return size
    }
}

extension ArchiveFile {
    /// Writes its content to a file of its own.
    fileprivate func write(to path: String) throws(SystemError) {
        let target = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard target >= 0 else { throw SystemError() }
        defer { close(target) }
        try forEachPart { (part) throws(SystemError) in try File.write(part, to: target) }
    }
}
