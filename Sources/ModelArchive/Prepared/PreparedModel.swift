package import ExactText
import Glibc
package import JSON
import OrderedCollections
package import Tensors

/// A model archive in its prepared form: the metadata read, everything else mapped read-only and shared by all workers.
package final class PreparedModel: Sendable {
    package let metadata: ModelMetadata
    /// The archive's file name, such as `20261122-210240-blue-lake.tar.gz`.
    package let archiveName: String
    package let directory: String

    private let index: PreparedIndex
    private let files: MappedFile
    private let weightsFile: MappedFile

    /// Opens a directory that ``ModelPreparer`` completed. The directory may be deleted afterwards; the model lives on.
    ///
    /// - Throws: ``ArchiveError`` with `.badPreparedModel` where it is incomplete or of another version.
    package static func open(_ directory: String) throws(ArchiveError) -> PreparedModel {
        try PreparedModel(directory: directory)
    }

    private init(directory: String) throws(ArchiveError) {
        self.directory = directory
        guard access("\(directory)/\(PreparedIndex.name)", F_OK) == 0 else {
            throw ArchiveError(.badPreparedModel, "\(directory) holds no prepared model")
        }
        files = try MappedFile(path: "\(directory)/\(PreparedIndex.filesName)")
        weightsFile = try MappedFile(path: "\(directory)/\(PreparedIndex.weightsName)")
        let indexFile = try MappedFile(path: "\(directory)/\(PreparedIndex.name)")
        let json = try PreparedModel.json(indexFile.bytes, name: PreparedIndex.name)
        index = try PreparedIndex(json: json, filesSize: files.bytes.count, weightsSize: weightsFile.bytes.count)
        archiveName = index.archiveName
        guard let place = index.files["metadata.json"] else {
            throw ArchiveError(.badPreparedModel, "\(directory) holds no metadata; prepare the archive again")
        }
        metadata = try ModelMetadata(json: PreparedModel.json(files.slice(place), name: "metadata.json"))
    }

    /// Whether the archive has this file in the component's directory.
    package func has(_ resource: String, _ file: String) -> Bool {
        index.files[PreparedIndex.path(resource: resource, file: file)] != nil
    }

    /// A copy of a file's bytes; nil if the archive has no such file.
    package func bytes(_ resource: String, _ file: String) -> [UInt8]? {
        mapped(resource, file).map { Array($0) }
    }

    /// A JSON file's value, which has this shape; nil if the archive has no such file.
    ///
    /// - Throws: ``ArchiveError`` with `.badFile` and the place of the mistake.
    package func json(
        _ resource: String, _ file: String, _ shape: FileShape = .anything
    ) throws(ArchiveError) -> JSON? {
        guard let bytes = mapped(resource, file) else { return nil }
        let name = PreparedIndex.path(resource: resource, file: file)
        let value = try PreparedModel.json(bytes, name: name)
        try shape.check(value, file: name)
        return value
    }

    /// The weights of a component's network, from its checkpoint `<stem>.tf_model.*` (stems: `DIETClassifier`,
    /// `ResponseSelector`, `ted_policy`, `unexpected_intent_policy`).
    ///
    /// - Returns: nil where there was nothing to train, so that the archive has no checkpoint.
    package func weights(_ resource: String, _ stem: String) -> (any WeightSource)? {
        guard let tensors = index.weights[PreparedIndex.weightsKey(resource: resource, stem: stem + ".tf_model")] else {
            return nil
        }
        return MappedWeights(file: weightsFile, tensors: tensors, prefix: "")
    }

    /// The names and shapes of the tensors that ``weights(_:_:)`` offers, sorted; empty without a checkpoint.
    package func weightShapes(_ resource: String, _ stem: String) -> [(name: String, shape: [Int])] {
        let tensors = index.weights[PreparedIndex.weightsKey(resource: resource, stem: stem + ".tf_model")] ?? [:]
        return tensors.sorted { $0.key < $1.key }.map { ($0.key.string, $0.value.shape) }
    }

    /// The tensors of a safetensors file; nil if the archive has no such file.
    ///
    /// - Throws: ``ArchiveError`` with `.badFile`.
    package func safetensors(_ resource: String, _ file: String) throws(ArchiveError) -> [ExactString: SafeTensor]? {
        guard let bytes = mapped(resource, file) else { return nil }
        return try SafeTensor.read(bytes, name: PreparedIndex.path(resource: resource, file: file))
    }

    /// The feature arrays of `<stem>.st` and `<stem>_metadata.json`, where the stem is such as
    /// `DIETClassifier.label_data`; nil if the archive does not have both.
    ///
    /// - Throws: ``ArchiveError`` with `.badFile`.
    package func featureArrays(_ resource: String, _ stem: String) throws(ArchiveError) -> FeatureArrayTable? {
        let description = stem + "_metadata.json"
        guard let tensors = try safetensors(resource, stem + ".st"), let json = try json(resource, description) else {
            return nil
        }
        let name = PreparedIndex.path(resource: resource, file: description)
        return try FeatureArrayReader(name: name, tensors: tensors).read(json)
    }

    /// The file's bytes in the mapping, which must not be used after the model is gone.
    private func mapped(_ resource: String, _ file: String) -> UnsafeRawBufferPointer? {
        index.files[PreparedIndex.path(resource: resource, file: file)].map { files.slice($0) }
    }

    private static func json(_ bytes: UnsafeRawBufferPointer, name: String) throws(ArchiveError) -> JSON {
        do {
            return try JSON(parsing: bytes)
        } catch {
            throw ArchiveError(.badFile, "\(name) is not JSON: \(error)")
        }
    }
}

extension MappedFile {
    fileprivate func slice(_ place: PreparedIndex.File) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[place.offset..<place.offset + place.size])
    }
}
