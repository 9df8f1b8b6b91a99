import JSON

/// A file of an archive.
struct ArchiveFile: Sendable, Equatable {
    /// Its path in its component's directory or, in a list of all files, in the archive.
    var path: String
    let bytes: [UInt8]

    init(_ path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    /// A file with a JSON value.
    init(_ path: String, _ json: JSON) {
        self.init(path, bytes: json.encoded(.python))
    }
}
