import ExactText
import Glibc
import System

/// Finds the archive that a path given by the user means, as Rasa's `get_local_model` does.
package enum ModelLocator {
    private static let ending = ".tar.gz"

    /// The archive at `path`, or the newest in the directory at `path`.
    ///
    /// - Throws: ``ArchiveError`` with `.notFound`: nothing is there, the directory has no archive, or the file's name
    ///   does not end in `.tar.gz`.
    package static func archive(at path: String) throws(ArchiveError) -> String {
        guard !path.isEmpty else { throw ArchiveError(.notFound, "the path of the model is empty") }
        guard let status = status(of: path) else {
            throw ArchiveError(.notFound, "there is no file or directory at '\(path)'")
        }
        if isDirectory(status) {
            guard let newest = newestArchive(in: path) else {
                throw ArchiveError(.notFound, "the directory '\(path)' has no model, that is, no file '*\(ending)'")
            }
            return newest
        }
        guard path.exact.hasSuffix(ending) else {
            throw ArchiveError(.notFound, "'\(path)' is not a model: the name of an archive ends in \(ending)")
        }
        return path
    }

    /// The `*.tar.gz` in a directory that was changed last; of several changed at once the last by name. Names that
    /// begin with a dot do not count.
    ///
    /// - Returns: nil if there is none, or the directory cannot be read.
    package static func newestArchive(in directory: String) -> String? {
        guard let names = try? Directory.names(in: directory) else { return nil }
        var newest: (path: String, time: timespec)?
        for name in names {
            guard name.exact.hasSuffix(ending), !name.exact.hasPrefix(".") else { continue }
            let path = Directory.path(name, in: directory)
            guard let status = status(of: path), !isDirectory(status) else { continue }
            let time = status.st_mtim
            if let best = newest,
                (time.tv_sec, time.tv_nsec, path.exact) < (best.time.tv_sec, best.time.tv_nsec, best.path.exact)
            {
                continue
            }
            newest = (path, time)
        }
        return newest?.path
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }

    private static func isDirectory(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFDIR }
}
