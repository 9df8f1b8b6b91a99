/// How much an archive may hold before it is refused.
package struct ArchiveLimits: Sendable, Hashable {
    /// Members, directories included.
    package var members: Int
    package var fileBytes: Int
    /// Bytes of all files, unpacked.
    package var totalBytes: Int
    /// Bytes of a file that is read into memory while preparing: `metadata.json`, a checkpoint's index.
    package var structureBytes: Int
    /// Bytes of a pickle that is rewritten. Those of the largest assistants have a few million.
    package var pickleBytes = 64 << 20
    /// Unpacked bytes for each packed one. Masks of ones and zeros pack well, so the limit holds for the archive as a
    /// whole, and only beyond ``ratioFreeBytes``.
    package var ratio: Int
    /// Unpacked bytes for which no ratio is asked.
    package var ratioFreeBytes: Int

    /// 20,000 members, 8 GiB a file, 16 GiB in all, 256 MiB of structure, 64 MiB a pickle, a ratio of 50 beyond 256 MiB.
    package static let standard = ArchiveLimits(
        members: 20_000, fileBytes: 8 << 30, totalBytes: 16 << 30, structureBytes: 256 << 20, ratio: 50,
        ratioFreeBytes: 256 << 20)

    package init(
        members: Int, fileBytes: Int, totalBytes: Int, structureBytes: Int, ratio: Int, ratioFreeBytes: Int
    ) {
        self.members = members
        self.fileBytes = fileBytes
        self.totalBytes = totalBytes
        self.structureBytes = structureBytes
        self.ratio = ratio
        self.ratioFreeBytes = ratioFreeBytes
    }
}
