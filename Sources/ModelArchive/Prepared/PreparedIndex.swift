import ExactText
import JSON

/// The table of contents of a prepared directory.
///
/// A prepared directory holds three files: `index.json` (this table), `files.bin` (the archive's small files one after
/// the other) and `weights.bin` (the tensors). Names from the archive are only keys in this table and never become
/// names in the file system.
struct PreparedIndex {
    /// Where a file of the archive lies in `files.bin`.
    struct File: Hashable {
        let offset: Int
        let size: Int
    }

    /// Where a tensor lies in `weights.bin`.
    struct Tensor: Hashable {
        let shape: [Int]
        let offset: Int
        /// The bytes of a kernel without its zeros; nil for one written with them.
        var packedSize: Int?

        /// The bytes that the tensor takes; nil where the shape says no size.
        var size: Int? {
            packedSize
                ?? elementCount(ofShape: shape).flatMap { count in
                    let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
                    return overflow ? nil : size
                }
        }

        var json: JSON {
            var parts: [JSON] = [.int(offset), .array(shape.map { .int($0) })]
            if let packedSize { parts.append(.int(packedSize)) }
            return .array(parts)
        }
    }

    /// Raised whenever the layout of the prepared directory changes.
    static let format = 3
    static let name = "index.json"
    static let filesName = "files.bin"
    static let weightsName = "weights.bin"

    var archiveName: String
    /// By path in the archive, as `metadata.json` or `components/train_X/file`.
    var files: [ExactString: File] = [:]
    /// By ``weightsKey(resource:stem:)``, then by tensor name.
    var weights: [ExactString: [ExactString: Tensor]] = [:]

    static func path(resource: String, file: String) -> String { "components/\(resource)/\(file)" }
    static func weightsKey(resource: String, stem: String) -> String { path(resource: resource, file: stem) }
}

extension PreparedIndex {
    /// The table as it is written to `index.json`.
    var json: JSON {
        let files = files.map { path, file in
            (path.string, JSON.array([.int(file.offset), .int(file.size)]))
        }
        let weights = weights.map { key, tensors in
            let members = tensors.map { name, tensor in
                (name.string, tensor.json)
            }
            return (key.string, JSON.object(JSONObject(members)))
        }
        return [
            "format": .int(PreparedIndex.format),
            "archive": .string(archiveName),
            "files": .object(JSONObject(files)),
            "weights": .object(JSONObject(weights)),
        ]
    }

    /// Reads `index.json`; every range is checked against the files' sizes.
    ///
    /// - Throws: ``ArchiveError`` with `.badPreparedModel`.
    init(json: JSON, filesSize: Int, weightsSize: Int) throws(ArchiveError) {
        guard json["format"]?.int == PreparedIndex.format else {
            throw PreparedIndex.refuse("was written by another version of Parley")
        }
        archiveName = json["archive"]?.string ?? ""
        for (path, entry) in json["files"]?.object ?? [:] {
            guard let numbers = entry.array?.compactMap(\.int), numbers.count == 2,
                0 <= numbers[0], 0 <= numbers[1], numbers[0] <= filesSize, numbers[1] <= filesSize - numbers[0]
            else { throw PreparedIndex.refuse("places '\(path)' outside \(PreparedIndex.filesName)") }
            files[path] = File(offset: numbers[0], size: numbers[1])
        }
        for (key, entries) in json["weights"]?.object ?? [:] {
            var tensors: [ExactString: Tensor] = [:]
            for (name, entry) in entries.object ?? [:] {
                guard let parts = entry.array, (2...3).contains(parts.count), let offset = parts[0].int,
                    let shape = parts[1].array?.compactMap(\.int), shape.count == parts[1].array?.count,
                    elementCount(ofShape: shape) != nil
                else { throw PreparedIndex.refuse("describes tensor '\(name)' in an unknown way") }
                let tensor = Tensor(shape: shape, offset: offset, packedSize: parts.count == 3 ? parts[2].int : nil)
                guard let size = tensor.size, size >= 0, offset >= 0, offset % WeightsWriter.alignment == 0,
                    offset <= weightsSize, size <= weightsSize - offset - WeightsWriter.alignment
                else { throw PreparedIndex.refuse("places tensor '\(name)' outside \(PreparedIndex.weightsName)") }
                tensors[name] = tensor
            }
            weights[key] = tensors
        }
    }

    private static func refuse(_ what: String) -> ArchiveError {
        ArchiveError(.badPreparedModel, "the prepared model's \(name) \(what); prepare the archive again")
    }
}
