/// Turns an archive into a prepared model.
public struct ModelPreparer: Sendable {
    /// What archives are allowed to hold.
    public var limits: ArchiveLimits

    /// A preparer with limits.
    public init(limits: ArchiveLimits = .standard) {
        self.limits = limits
    }

    /// Reads a `.tar.gz` once from front to back, checks it and writes the prepared model.
    ///
    /// - Parameters:
    ///   - archive: Path of the archive.
    ///   - directory: Path of the directory to make; it must not exist yet, its parent must.
    /// - Throws: ``ArchiveError``; nothing is left behind then.
    public func prepare(archive: String, into directory: String) throws(ArchiveError) {
        throw ArchiveError(.notFound, "not implemented")
    }
}
