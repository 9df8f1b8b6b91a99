import ModelArchive
import System

/// A directory for one test, removed with it.
final class Scratch {
    let path: String

    init() throws {
        path = try Directory.makeTemporary("/tmp/parley-test-")
    }

    deinit { Directory.delete(path) }

    /// Writes a file and answers its path.
    func write(_ bytes: [UInt8], as name: String = "model.tar.gz") throws -> String {
        let place = "\(path)/\(name)"
        try WholeFile.write(bytes, to: place)
        return place
    }

    /// The names in the directory, sorted.
    var names: [String] {
        ((try? Directory.names(in: path)) ?? []).sorted()
    }

    /// Prepares an archive of these bytes and opens it.
    func open(_ archive: [UInt8], limits: ArchiveLimits = .standard) throws -> PreparedModel {
        try ModelPreparer(limits: limits).prepare(archive: write(archive), into: "\(path)/prepared")
        return try PreparedModel.open("\(path)/prepared")
    }
}

/// A whole file.
func readFile(_ path: String) throws -> [UInt8] { try WholeFile.read(path) }

/// The path of a fixture that all test targets share.
func sharedFixture(_ name: String, from file: String = #filePath) -> String {
    file.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/") + "/Fixtures/"
        + name
}
