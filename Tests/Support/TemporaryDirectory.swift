import Foundation
package import FoundationEssentials
import System

/// A directory that is deleted with all that is in it when it is no longer referenced.
package final class TemporaryDirectory: Sendable {
    /// Its path.
    package let path: String
    /// The same as an address.
    package var url: URL { URL(fileURLWithPath: path) }

    /// Makes a directory that other users may look into, as the servers of some tests are another's.
    package init() throws {
        path = try Directory.makeTemporary("/tmp/parley-test-")
        chmod(path, 0o755)
    }

    deinit { delete() }

    /// Deletes it now, for one that is referenced until the process ends.
    package func delete() { Directory.delete(path) }

    /// Writes a file and gives its path.
    @discardableResult
    package func write(_ bytes: [UInt8], as name: String) throws -> String {
        let file = "\(path)/\(name)"
        try File.write(bytes, to: file, permissions: 0o644)
        return file
    }

    /// Writes a file and gives its path.
    @discardableResult
    package func write(_ text: String, as name: String) throws -> String { try write(Array(text.utf8), as: name) }

    /// The names in it, or in a directory in it, sorted; none where there is no such directory.
    package func names(in directory: String = "") -> [String] {
        ((try? Directory.names(in: "\(path)/\(directory)")) ?? []).sorted()
    }
}
