import JSON
import System

struct ArchiveFile: Sendable {
    enum Content: Sendable {
        case bytes([UInt8])
        /// Weights of networks, which are not kept in memory.
        case file(UnnamedFile)
    }

    /// Its path in its component's directory or, in a list of all files, in the archive.
    var path: String
    let content: Content

    init(_ path: String, bytes: [UInt8]) { (self.path, content) = (path, .bytes(bytes)) }

    init(_ path: String, _ json: JSON) { self.init(path, bytes: json.encoded(.python)) }

    init(_ path: String, _ file: UnnamedFile) { (self.path, content) = (path, .file(file)) }

    /// Its length in bytes.
    func size() throws(SystemError) -> Int {
        switch content {
        case .bytes(let bytes): bytes.count
        case .file(let file): try file.size()
        }
    }
}
