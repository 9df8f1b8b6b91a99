import Glibc
import ModelArchive

/// A folder for one test, removed with it.
final class Scratch {
    let path: String

    init() throws {
        var template = Array("/tmp/parley-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ArchiveError(.inputOutput, "no folder for the test") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Scratch.remove(path) }

    /// Writes a file and answers its path.
    func write(_ bytes: [UInt8], as name: String = "model.tar.gz") throws -> String {
        let place = "\(path)/\(name)"
        guard let file = fopen(place, "w") else { throw ArchiveError(.inputOutput, "cannot write \(place)") }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
        return place
    }

    /// The names in the folder, sorted.
    var names: [String] {
        Scratch.names(in: path).sorted()
    }

    /// Prepares an archive of these bytes and opens it.
    func open(_ archive: [UInt8], limits: ArchiveLimits = .standard) throws -> PreparedModel {
        try ModelPreparer(limits: limits).prepare(archive: write(archive), into: "\(path)/prepared")
        return try PreparedModel.open("\(path)/prepared")
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func remove(_ path: String) {
        for name in names(in: path) { remove("\(path)/\(name)") }
        Glibc.remove(path)
    }
}

/// A whole file.
func readFile(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw ArchiveError(.inputOutput, "cannot read \(path)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk.prefix(count) }
    return bytes
}

/// The path of a fixture that all test targets share.
func sharedFixture(_ name: String, from file: String = #filePath) -> String {
    file.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/") + "/Fixtures/"
        + name
}
