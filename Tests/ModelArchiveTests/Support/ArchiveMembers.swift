import ExactText
import System
import TestSupport

@testable import ModelArchive

/// The files of an archive, as they are.
struct ArchiveMembers {
    let files: [ExactString: [UInt8]]

    init(_ path: String) throws {
        let tar = TarReader(try GzipReader(path: path, limits: .standard), limits: .standard)
        var files: [ExactString: [UInt8]] = [:]
        while let member = try tar.next() { files[member.path.exact] = try tar.bytes(limit: .max) }
        self.files = files
    }

    /// The archive with one component of each kind, written by Rasa 3.6.21.
    static func tiny() throws -> ArchiveMembers { try ArchiveMembers(Fixtures.shared("tiny.tar.gz")) }

    /// The paths of all checkpoints, without their endings.
    var checkpoints: [String] {
        files.keys.compactMap { $0.removingSuffix(".index").map(String.init) }.sortedByCodePoints()
    }

    func index(_ checkpoint: String) throws -> CheckpointIndex {
        try (files["\(checkpoint).index"] ?? []).withUnsafeBytes {
            try CheckpointIndex($0, name: checkpoint, checkSums: CRC32C())
        }
    }

    /// The bytes of a variable in the data file.
    func bytes(_ checkpoint: String, _ entry: BundleEntry) -> ArraySlice<UInt8> {
        (files["\(checkpoint).data-00000-of-00001"] ?? [])[entry.offset..<entry.offset + entry.size]
    }
}
