import ExactText
import Glibc
import JSON

/// Puts each file of the archive where it belongs: small files into `files.bin`, checkpoints through a scratch file
/// into `weights.bin`, the rest nowhere.
///
/// Rasa writes a checkpoint's data before its index, so the data waits on disk until it is known which parts are
/// needed.
final class MemberSorter {
    private let workplace: StagingDirectory
    private let limits: ArchiveLimits
    private let checkSums = CRC32C()
    private let files: FileHandle
    private let weights: WeightsWriter
    private var index: PreparedIndex
    private var filesSize = 0
    private var metadata: ModelMetadata?
    /// Checkpoints of which one half came, by path without the ending.
    private var waitingData: [ExactString: ScratchFile] = [:]
    private var waitingIndexes: [ExactString: CheckpointIndex] = [:]

    private static let indexEnding = ".tf_model.index"
    private static let dataEnding = ".tf_model.data-00000-of-00001"
    private static let shardEnding = ".tf_model.data-"
    private static let metadataPath = "metadata.json"
    private static let componentsDirectory = "components/"

    init(archiveName: String, workplace: StagingDirectory, limits: ArchiveLimits) throws(ArchiveError) {
        self.workplace = workplace
        self.limits = limits
        index = PreparedIndex(archiveName: archiveName)
        files = try FileHandle(
            opening: workplace.place(PreparedIndex.filesName), flags: O_WRONLY | O_CREAT | O_EXCL)
        weights = try WeightsWriter(path: workplace.place(PreparedIndex.weightsName), checkSums: checkSums)
    }

    func take(_ member: TarReader.Member, from tar: TarReader) throws(ArchiveError) {
        let path = member.path
        if path.exact == MemberSorter.metadataPath.exact {
            try takeMetadata(member, from: tar)
        } else if path == "fingerprint.json" {
            throw ArchiveError(
                .unsupportedVersion,
                "the model was trained with Rasa 2 or older; migrate the project's files to Rasa 3, then train them with "
                    + "'parley train'")
        } else if !path.exact.hasPrefix(MemberSorter.componentsDirectory) || path.exact.hasSuffix("/checkpoint") {
            return
        } else if let older = OlderMember(path: path) {
            try take(older, from: tar)
        } else if path.exact.hasSuffix(MemberSorter.indexEnding), let stem = path.exact.removingSuffix(".index") {
            let stem = String(stem)
            let content = try tar.bytes(limit: limits.structureBytes)
            let parsed = content.withUnsafeBytes { bytes in
                Result { () throws(ArchiveError) in try CheckpointIndex(bytes, name: path, checkSums: checkSums) }
            }
            waitingIndexes[stem] = try parsed.get()
            try join(stem)
        } else if let stem = path.exact.removingSuffix(MemberSorter.dataEnding) {
            let stem = String(stem) + ".tf_model"
            waitingData[stem] = try ScratchFile(taking: tar, in: workplace)
            try join(stem)
        } else if path.exact.contains(text: MemberSorter.shardEnding) {
            throw ArchiveError(.badCheckpoint, "\(path): checkpoints of several shards are not supported")
        } else {
            try place(member) { () throws(ArchiveError) in try tar.copy(to: files) }
        }
    }

    /// Checks that nothing is missing, adds what is trained only now, and writes the table of contents.
    func finish(_ fittings: [any ComponentFitting] = []) throws(ArchiveError) {
        guard let metadata else {
            throw ArchiveError(
                .badMetadata, "the archive has no metadata.json; it was not written by Rasa 3, or not completely")
        }
        if let stem = waitingData.keys.sorted().first {
            throw ArchiveError(.badCheckpoint, "\(stem): the archive has the checkpoint's data but not its index")
        }
        if let stem = waitingIndexes.keys.sorted().first {
            throw ArchiveError(.badCheckpoint, "\(stem): the archive has the checkpoint's index but not its data")
        }
        try checkWeights()
        try fit(metadata.understandingPipeline, by: fittings)
        try weights.finish()
        let output = try FileHandle(opening: workplace.place(PreparedIndex.name), flags: O_WRONLY | O_CREAT | O_EXCL)
        let text = index.json.encoded()
        let written = text.withUnsafeBytes { bytes in
            Result { () throws(ArchiveError) in try output.write(bytes) }
        }
        try written.get()
    }

    /// A network whose labels are there has learned something: without weights it would answer as if it had not.
    private func checkWeights() throws(ArchiveError) {
        for path in index.files.keys.sorted() {
            guard let stem = path.removingSuffix(".label_data.st"), index.weights["\(stem).tf_model"] == nil else {
                continue
            }
            throw ArchiveError(
                .badCheckpoint, "\(stem).tf_model: the archive has the network's labels but not its weights")
        }
    }

    private func fit(_ nodes: [GraphNode], by fittings: [any ComponentFitting]) throws(ArchiveError) {
        for node in nodes {
            guard let resource = node.resource,
                let fitting = fittings.first(where: { $0.component.exact == node.component.exact })
            else { continue }
            let mapped = try MappedFile(path: files.path)
            let fitted = try fitting.fit(node) { name in
                index.files[PreparedIndex.path(resource: resource, file: name)].map { place in
                    Array(mapped.bytes[place.offset..<place.offset + place.size])
                }
            }
            for (name, bytes) in fitted {
                try write(bytes)
                index.files[PreparedIndex.path(resource: resource, file: name)] = PreparedIndex.File(
                    offset: filesSize, size: bytes.count)
                filesSize += bytes.count
            }
        }
    }

    private func write(_ content: [UInt8]) throws(ArchiveError) {
        let written = content.withUnsafeBytes { bytes in
            Result { () throws(ArchiveError) in try files.write(bytes) }
        }
        try written.get()
    }

    private func takeMetadata(_ member: TarReader.Member, from tar: TarReader) throws(ArchiveError) {
        let content = try tar.bytes(limit: limits.structureBytes)
        let json: JSON
        do {
            json = try JSON(parsing: content)
        } catch {
            throw ArchiveError(.badMetadata, "metadata.json is not JSON: \(error)")
        }
        metadata = try ModelMetadata(json: json)
        try place(member) { () throws(ArchiveError) in try write(content) }
    }

    private func take(_ older: OlderMember, from tar: TarReader) throws(ArchiveError) {
        for (path, bytes) in try older.rewritten(try tar.bytes(limit: limits.pickleBytes)) {
            try write(bytes)
            index.files[path] = PreparedIndex.File(offset: filesSize, size: bytes.count)
            filesSize += bytes.count
        }
    }

    private func place(_ member: TarReader.Member, write: () throws(ArchiveError) -> Void) throws(ArchiveError) {
        try write()
        index.files[member.path] = PreparedIndex.File(offset: filesSize, size: member.size)
        filesSize += member.size
    }

    /// Writes the weights of a checkpoint once both halves are there.
    private func join(_ stem: String) throws(ArchiveError) {
        guard let checkpoint = waitingIndexes[stem], let data = waitingData[stem] else { return }
        let mapped = try data.map()
        defer { withExtendedLifetime(mapped) {} }
        index.weights[stem] = try weights.write(checkpoint, data: mapped.bytes, name: stem)
        waitingIndexes[stem] = nil
        waitingData[stem] = nil
    }
}
