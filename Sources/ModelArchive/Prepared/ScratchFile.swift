import Glibc

/// A checkpoint's data on disk until its index is known. The file has no name any more: it is gone with this value,
/// however the process ends. On disk rather than in memory, since two thirds of it are the optimizer's and are never
/// looked at.
final class ScratchFile {
    private let file: FileHandle

    /// Copies the archive's current member.
    init(taking tar: TarReader, in workplace: StagingDirectory) throws(ArchiveError) {
        let path = workplace.place("scratch")
        file = try FileHandle(opening: path, flags: O_RDWR | O_CREAT | O_EXCL)
        unlink(path)
        try tar.copy(to: file)
    }

    func map() throws(ArchiveError) -> MappedFile { try MappedFile(file) }
}
