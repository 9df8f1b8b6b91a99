package import ExactText
import JSON
import RasaCompatibility

/// The members of an archive of any version that is supported, in the form of 3.6.21.
package struct CurrentMembers {
    package enum Content {
        case bytes([UInt8])
        /// Large files, which are not kept in memory.
        case mapped(MappedFile)
    }

    package let metadata: ModelMetadata
    /// In the archive's order.
    package let members: [(path: String, content: Content)]
    /// The pickles of trained conditional random fields, by path. 3.6.21 has their training data in place of them.
    package let fields: [ExactString: [UInt8]]

    private static let metadataPath = "metadata.json"
    private static let fingerprintsEnding = "/fingerprints-for-validation.json"

    /// Reads a `.tar.gz` from front to back.
    ///
    /// - Parameter directory: Beside which large files wait on disk, without a name.
    /// - Throws: ``ArchiveError``, also where a member has no such form.
    package init(
        of archive: String, besides directory: String, limits: ArchiveLimits = .standard
    ) throws(ArchiveError) {
        let tar = TarReader(try GzipReader(path: archive, limits: limits), limits: limits)
        let workplace = try StagingDirectory(besides: directory)
        var members: [(path: String, content: Content)] = []
        var fields: [ExactString: [UInt8]] = [:]
        var found: ModelMetadata?
        while let member = try tar.next() {
            let exact = member.path.exact
            if exact == ExactString(Self.metadataPath) {
                let (bytes, metadata) = try Self.metadata(try tar.bytes(limit: limits.structureBytes))
                found = metadata
                members.append((member.path, .bytes(bytes)))
            } else if exact.contains(text: ".tf_model.data-") {
                members.append((member.path, .mapped(try ScratchFile(taking: tar, in: workplace).map())))
            } else if exact.hasSuffix(Self.fingerprintsEnding) {
                members.append((member.path, .bytes(Self.fingerprints(try tar.bytes(limit: limits.structureBytes)))))
            } else if let older = OlderMember(path: member.path) {
                for (path, bytes) in try older.rewritten(try tar.bytes(limit: limits.pickleBytes)) {
                    members.append((path, .bytes(bytes)))
                }
            } else if Self.isField(exact) {
                fields[exact] = try tar.bytes(limit: limits.pickleBytes)
            } else {
                try Self.refusePickle(member.path)
                members.append((member.path, .bytes(try tar.bytes(limit: limits.structureBytes))))
            }
        }
        guard let found else {
            throw ArchiveError(
                .badMetadata, "the archive has no metadata.json; it was not written by Rasa 3, or not completely")
        }
        (metadata, self.members, self.fields) = (found, members, fields)
    }

    /// The metadata with the version of the form.
    private static func metadata(_ bytes: [UInt8]) throws(ArchiveError) -> ([UInt8], ModelMetadata) {
        guard var json = (try? JSON(parsing: bytes))?.object else {
            throw ArchiveError(.badMetadata, "metadata.json is not a JSON object")
        }
        let metadata = try ModelMetadata(json: .object(json))
        json["rasa_open_source_version"] = .string(RasaVersion.compatible.description)
        return (JSON.object(json).encoded(.python), metadata)
    }

    private static func isField(_ exact: ExactString) -> Bool {
        ["entity", "role", "group"].contains { kind in
            (0...2).contains { exact.hasSuffix("/\($0)\(kind).pkl") }
        }
    }

    /// What a training that goes on from the model is held against, with the version of the form.
    private static func fingerprints(_ bytes: [UInt8]) -> [UInt8] {
        guard var json = (try? JSON(parsing: bytes))?.object, json["rasa-version"] != nil else { return bytes }
        json["rasa-version"] = .string(RasaVersion.compatible.description)
        return JSON.object(json).encoded(.python)
    }

    /// - Throws: ``ArchiveError`` for a pickle that 3.6.21 has nothing for.
    private static func refusePickle(_ path: String) throws(ArchiveError) {
        guard path.exact.hasSuffix(".pkl") || path.exact.hasSuffix(".joblib"),
            !path.exact.hasSuffix("/from_checkpoint.pkl")
        else { return }
        throw ArchiveError(
            .badFile, "\(path): the pickle is of a component that is not supported; train the project anew without it")
    }
}
