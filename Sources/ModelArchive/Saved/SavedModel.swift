import ExactText
import JSON

/// An archive as a training goes on from it: its small files, and the checkpoints of its networks with all that their
/// optimizers remember.
package final class SavedModel: Sendable {
    package let metadata: ModelMetadata
    package let files: FilesInMemory
    private let checkpoints: [ExactString: Checkpoint]

    private struct Checkpoint: Sendable {
        let index: [UInt8]
        let data: MappedFile
    }

    private static let indexEnding = ".tf_model.index"
    private static let dataEnding = ".tf_model.data-00000-of-00001"

    /// Reads a `.tar.gz` from front to back.
    ///
    /// - Parameter directory: Beside which checkpoints wait on disk, in files without a name.
    /// - Throws: ``ArchiveError``.
    package init(
        archive: String, besides directory: String, limits: ArchiveLimits = .standard
    ) throws(ArchiveError) {
        let tar = TarReader(try GzipReader(path: archive, limits: limits), limits: limits)
        let workplace = try StagingDirectory(besides: directory)
        var metadata: ModelMetadata?
        var files = FilesInMemory()
        var indexes: [ExactString: [UInt8]] = [:]
        var data: [ExactString: MappedFile] = [:]
        while let member = try tar.next() {
            let exact = member.path.exact
            if exact == "metadata.json" {
                metadata = try Self.metadata(try tar.bytes(limit: limits.structureBytes))
            } else if let stem = exact.removingSuffix(Self.indexEnding) {
                indexes[ExactString(String(stem))] = try tar.bytes(limit: limits.structureBytes)
            } else if let stem = exact.removingSuffix(Self.dataEnding) {
                data[ExactString(String(stem))] = try ScratchFile(taking: tar, in: workplace).map()
            } else if exact.hasPrefix("components/"), member.size <= limits.structureBytes {
                let bytes = try tar.bytes(limit: limits.structureBytes)
                let rewritten = try OlderMember(path: member.path)?.rewritten(bytes) ?? [(member.path, bytes)]
                for (path, bytes) in rewritten {
                    let parts = path.exact.split(separator: "/", maxSplits: 2).map(String.init)
                    if parts.count == 3 { files[parts[1], parts[2]] = bytes }
                }
            }
        }
        guard let metadata else {
            throw ArchiveError(
                .badMetadata, "the archive has no metadata.json; it was not written by Rasa 3, or not completely")
        }
        self.metadata = metadata
        self.files = files
        var checkpoints: [ExactString: Checkpoint] = [:]
        for (stem, index) in indexes {
            guard let data = data[stem] else {
                throw ArchiveError(.badCheckpoint, "\(stem): the archive has the checkpoint's index but not its data")
            }
            checkpoints[stem] = Checkpoint(index: index, data: data)
        }
        self.checkpoints = checkpoints
    }

    private static func metadata(_ bytes: [UInt8]) throws(ArchiveError) -> ModelMetadata {
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            throw ArchiveError(.badMetadata, "metadata.json is not JSON: \(error)")
        }
        return try ModelMetadata(json: json)
    }

    /// A component's network, from its checkpoint `<stem>.tf_model.*`; nil where it has none.
    ///
    /// - Throws: ``ArchiveError`` with `.badCheckpoint`.
    package func network(_ resource: String, _ stem: String) throws(ArchiveError) -> SavedNetwork? {
        let name = PreparedIndex.path(resource: resource, file: stem)
        guard let checkpoint = checkpoints[name] else { return nil }
        let checkSums = CRC32C()
        let index = checkpoint.index.withUnsafeBytes { bytes in
            Result { () throws(ArchiveError) in
                try CheckpointIndex(bytes, name: name + Self.indexEnding, checkSums: checkSums)
            }
        }
        return try SavedNetwork(try index.get(), data: checkpoint.data.bytes, name: name, checkSums: checkSums)
    }
}
