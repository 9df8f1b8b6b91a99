import ExactText
import JSON
import System
import TestSupport
import Testing

@testable import ModelArchive
@testable import Training

@Suite("Archives hold files from memory and from the disk")
struct ArchiveWriterTests {
    private let directory: TemporaryDirectory
    private let work: TemporaryDirectory
    private var scratch: String { work.path }

    init() throws { (directory, work) = (try TemporaryDirectory(), try TemporaryDirectory()) }

    /// A file on the disk with numbers in which nothing repeats but zeros.
    private func weights(_ count: Int) throws -> (bytes: [UInt8], file: UnnamedFile) {
        var random = SeededRandom(seed: 3)
        let bytes = (0..<count).map { $0 % 1000 < 400 ? UInt8(truncatingIfNeeded: random.next()) : 0 }
        let file = try UnnamedFile(in: directory.path)
        try File.write(bytes, to: file.descriptor)
        return (bytes, file)
    }

    private func members(_ path: String) throws -> [(path: String, bytes: [UInt8])] {
        let tar = TarReader(try GzipReader(path: path, limits: .standard), limits: .standard)
        var members: [(path: String, bytes: [UInt8])] = []
        while let member = try tar.next() { members.append((member.path, try tar.bytes(limit: .max))) }
        return members
    }

    @Test func filesComeOutAsTheyWere() throws {
        let (large, small) = (try weights(700_001), try weights(512))
        let text = Array("a long text that says the same again and again, ".utf8)
        let repeated = Array([[UInt8]](repeating: text, count: 9000).joined())
        let files = [
            ArchiveFile("components/a/text", bytes: repeated), ArchiveFile("components/a/large", large.file),
            ArchiveFile("components/a/none", bytes: []), ArchiveFile("components/b/small", small.file),
            ArchiveFile("metadata.json", ["a": 1]),
        ]
        let path = "\(directory.path)/model.tar.gz"
        try ArchiveWriter.write(files, to: path, scratch: scratch, time: 0)
        let members = try members(path)
        #expect(members.map(\.path) == files.map(\.path))
        #expect(members.map(\.bytes) == [repeated, large.bytes, [], small.bytes, Array(#"{"a": 1}"#.utf8)])
        // The text is packed well, and the zeros of the weights as well.
        let size = try File.read(path).count
        #expect(size < 320_000)
        #expect(directory.names() == ["model.tar.gz"])
        try ArchiveWriter.write(files, to: "\(directory.path)/again.tar.gz", scratch: scratch, time: 0)
        #expect(try File.read("\(directory.path)/again.tar.gz") == File.read(path))
    }

    @Test("Rasa's graph names each component's files by their content") func digests() throws {
        let weights = try weights(700).file
        func files(_ byte: UInt8) -> [ArchiveFile] {
            [
                ArchiveFile("components/a/one", bytes: [byte]), ArchiveFile("components/a/two", weights),
                ArchiveFile("components/b/one", bytes: [2]),
            ]
        }
        let digests = try files(1).digests
        #expect(digests.count == 2 && digests["a"]?.utf8.count == 32 && digests["a"] != digests["b"])
        #expect(try files(1).digests == digests)
        let others = try files(3).digests
        #expect(others["a"] != digests["a"] && others["b"] == digests["b"])
    }

    @Test func refusedArchiveLeavesNothing() throws {
        let path = "\(directory.path)/model.tar.gz"
        let files = [ArchiveFile("a", bytes: [1])]
        #expect(throws: TrainingError.self) {
            try ArchiveWriter.write(files, to: path, scratch: scratch, time: 0) { (archive) throws(TrainingError) in
                #expect(File.exists(archive))
                throw TrainingError(.badConfiguration, "no")
            }
        }
        #expect(directory.names().isEmpty)
    }
}
