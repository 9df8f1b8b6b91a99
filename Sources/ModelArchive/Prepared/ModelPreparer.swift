import ExactText

package struct ModelPreparer: Sendable {
    package var limits: ArchiveLimits
    /// What is to be trained at this time.
    package var fittings: [any ComponentFitting]

    /// A preparer with limits, and with the trainers of components that keep only their training data.
    package init(limits: ArchiveLimits = .standard, fittings: [any ComponentFitting] = []) {
        self.limits = limits
        self.fittings = fittings
    }

    /// Reads a `.tar.gz` once from front to back, checks it and writes the prepared model.
    ///
    /// The directory appears whole or not at all: everything is written beside it, under its name with `.partial-` and
    /// six random characters, and moved into place at the end. A process that is killed meanwhile leaves that one
    /// behind.
    ///
    /// - Parameters:
    ///   - archive: Path of the archive.
    ///   - name: What people call the archive; nil for its file's name.
    ///   - directory: Path of the directory to make, readable by this user only. It must not exist yet or be empty; its
    ///     parent must exist.
    /// - Throws: ``ArchiveError``; nothing is left behind then.
    package func prepare(archive: String, named name: String? = nil, into directory: String) throws(ArchiveError) {
        let source = try GzipReader(path: archive, limits: limits)
        let workplace = try StagingDirectory(besides: directory)
        let archiveName = name ?? archive.exact.split(separator: "/").last.map(String.init) ?? archive
        let sorter = try MemberSorter(archiveName: archiveName, workplace: workplace, limits: limits)
        let tar = TarReader(source, limits: limits)
        while let member = try tar.next() { try sorter.take(member, from: tar) }
        try sorter.finish(fittings)
        try workplace.publish(as: directory)
    }
}
