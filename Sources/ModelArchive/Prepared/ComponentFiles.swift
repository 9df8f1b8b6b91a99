import ExactText
package import JSON
package import Tensors

/// Where the files of trained components are found: a prepared model, or what a training has just made.
package protocol ComponentFiles: Sendable {
    /// The bytes of a file; nil if there is none.
    func bytes(_ resource: String, _ file: String) -> [UInt8]?

    /// A JSON file's value, which has this shape; nil if there is no such file.
    ///
    /// - Throws: ``ArchiveError`` with `.badFile` and the place of the mistake.
    func json(_ resource: String, _ file: String, _ shape: FileShape) throws(ArchiveError) -> JSON?

    /// See ``PreparedModel/featureArrays(_:_:)``.
    func featureArrays(_ resource: String, _ stem: String) throws(ArchiveError) -> FeatureArrayTable?

    /// See ``PreparedModel/weights(_:_:)``.
    func weights(_ resource: String, _ stem: String) -> (any WeightSource)?
}

extension PreparedModel: ComponentFiles {}

/// Files that are nowhere but in memory. Networks are not among them: whoever trains one does not look at it.
package struct FilesInMemory: ComponentFiles {
    private var files: [ExactString: [UInt8]] = [:]

    package init() {}

    package subscript(_ resource: String, _ file: String) -> [UInt8]? {
        get { files[PreparedIndex.path(resource: resource, file: file)] }
        set { files[PreparedIndex.path(resource: resource, file: file)] = newValue }
    }

    package func bytes(_ resource: String, _ file: String) -> [UInt8]? { self[resource, file] }

    package func json(_ resource: String, _ file: String, _ shape: FileShape) throws(ArchiveError) -> JSON? {
        guard let bytes = self[resource, file] else { return nil }
        let name = PreparedIndex.path(resource: resource, file: file)
        let value: JSON
        do {
            value = try JSON(parsing: bytes)
        } catch {
            throw ArchiveError(.badFile, "\(name) is not JSON: \(error)")
        }
        try shape.check(value, file: name)
        return value
    }

    package func featureArrays(_ resource: String, _ stem: String) -> FeatureArrayTable? { nil }

    package func weights(_ resource: String, _ stem: String) -> (any WeightSource)? { nil }
}
