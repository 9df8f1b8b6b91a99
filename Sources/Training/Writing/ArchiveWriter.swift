import Glibc
import System
import YAML

enum ArchiveWriter {
    /// Writes an archive. It appears whole or not at all.
    ///
    /// - Parameters:
    ///   - scratch: A directory on the same disk in which it is put together.
    ///   - check: Looks at the archive before it appears, and may keep it from doing so.
    /// - Throws: ``TrainingError`` with the system's reason, or that of the check.
    static func write(
        _ files: [ArchiveFile], to path: String, scratch: String, time: Int,
        check: (_ archive: String) throws(TrainingError) -> Void = { _ in }
    ) throws(TrainingError) {
        let partial = Directory.path("archive", in: scratch)
        // Nothing is left once it has its own name.
        defer { unlink(partial) }
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw unwritable(path, SystemError()) }
        do throws(TrainingError) {
            try pack(files, into: descriptor, path, time: time)
        } catch {
            close(descriptor)
            throw error
        }
        // Some systems of files only say here that the disk is full.
        guard close(descriptor) == 0 else { throw unwritable(path, SystemError()) }
        try check(partial)
        guard rename(partial, path) == 0 else { throw unwritable(path, SystemError()) }
    }

    private static func pack(
        _ files: [ArchiveFile], into descriptor: Int32, _ path: String, time: Int
    ) throws(TrainingError) {
        func checked<Value>(_ body: () throws(SystemError) -> Value) throws(TrainingError) -> Value {
            do throws(SystemError) {
                return try body()
            } catch {
                throw unwritable(path, error)
            }
        }
        let gzip = try checked { () throws(SystemError) in try GzipWriter(descriptor: descriptor) }
        for file in files {
            let size = try checked { () throws(SystemError) in try file.size() }
            let header = try TarFileHeader.encode(path: file.path, size: size, time: time)
            try checked { () throws(SystemError) in
                try gzip.write(header)
                try copy(file, size, to: gzip)
                try gzip.write([UInt8](repeating: 0, count: TarFileHeader.padding(after: size)))
            }
        }
        try checked { () throws(SystemError) in
            try gzip.write([UInt8](repeating: 0, count: 2 * TarFileHeader.blockSize))
            try gzip.finish()
        }
    }

    private static func copy(_ file: ArchiveFile, _ size: Int, to gzip: GzipWriter) throws(SystemError) {
        if file.holdsWeights { try gzip.begin(.weights) }
        var written = 0
        try file.forEachPart { (part) throws(SystemError) in
            written += part.count
            guard written <= size else { throw SystemError(code: EIO) }
            try gzip.write(part)
        }
        guard written == size else { throw SystemError(code: EIO) }
        if file.holdsWeights { try gzip.begin(.text) }
    }

    private static func unwritable(_ path: String, _ error: SystemError) -> TrainingError {
        TrainingError(.inputOutput, at: SourcePlace(file: path), "cannot be written: \(error)")
    }
}
