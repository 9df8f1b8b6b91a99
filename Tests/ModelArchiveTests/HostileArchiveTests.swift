import ModelArchive
import TestSupport
import Testing

@Suite("Archives that are not what they should be are refused with a sentence and leave nothing behind")
struct HostileArchiveTests {
    private func refusal(of archive: [UInt8], limits: ArchiveLimits = .standard) throws -> ArchiveError? {
        let directory = try TemporaryDirectory()
        do {
            _ = try directory.open(archive, limits: limits)
            return nil
        } catch let error as ArchiveError {
            #expect(directory.names() == ["model.tar.gz"], "left behind")
            #expect(!error.message.contains("\n"))
            return error
        }
    }

    private func refusal(adding member: @escaping (inout TarBuilder) -> Void) throws -> ArchiveError? {
        try refusal(of: SmallArchive(extra: member).bytes)
    }

    @Test func goodArchivePasses() throws {
        #expect(try refusal(of: SmallArchive().bytes) == nil)
    }

    @Test(arguments: ["/etc/passwd", "//etc/passwd"])
    func absoluteName(_ name: String) throws {
        let error = try refusal { $0.file(name, "x") }
        #expect(error?.code == .unsafeMember)
        #expect(error?.message.contains("absolute path") == true)
    }

    @Test(arguments: ["../x", "components/../../x", "components/a/..", "./../x"])
    func parentDirectory(_ name: String) throws {
        let error = try refusal { $0.file(name, "x") }
        #expect(error?.code == .unsafeMember)
        #expect(error?.message.contains("'..'") == true)
    }

    @Test func parentDirectoryInExtendedHeader() throws {
        let error = try refusal {
            $0.extended("path", "components/../../evil")
            $0.file("components/a/good", "x")
        }
        #expect(error?.code == .unsafeMember)
    }

    @Test(arguments: zip("12346S", ["hard link", "symbolic link", "device", "device", "named pipe", "neither"]))
    func memberThatIsNoFile(_ kind: Character, _ what: String) throws {
        let error = try refusal { $0.file("components/a/b", [], kind: kind, link: "/etc/passwd") }
        #expect(error?.code == .unsafeMember)
        #expect(error?.message.contains(what) == true)
    }

    @Test func sparseFile() throws {
        let error = try refusal {
            $0.extended("GNU.sparse.major", "1")
            $0.file("components/a/b", "x")
        }
        #expect(error?.code == .unsafeMember)
    }

    @Test func nameThatIsNotUTF8() throws {
        var archive = TarBuilder()
        archive.file("components/a/\u{1}", "x")
        let bytes = archive.bytes.map { $0 == 1 ? 0xFF : $0 }
        #expect(try refusal(of: gzip(bytes))?.code == .damaged, "the check sum does not fit any more")
        let error = try refusal { $0.file(String(repeating: "é", count: 20), "x") }
        #expect(error == nil, "other characters are fine")
    }

    @Test func sameNameTwice() throws {
        let error = try refusal {
            $0.file("components/a/b", "x")
            $0.file("components/./a//b", "y")
        }
        #expect(error?.code == .damaged)
    }

    @Test func bombByRatio() throws {
        let limits = ArchiveLimits(
            members: 100, fileBytes: 1 << 30, totalBytes: 1 << 30, structureBytes: 1 << 20, ratio: 20,
            ratioFreeBytes: 1 << 20)
        let bomb = SmallArchive { $0.file("components/a/b", [UInt8](repeating: 0, count: 8 << 20)) }
        let error = try refusal(of: bomb.bytes, limits: limits)
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains("20 times") == true)
    }

    @Test func bombByTotal() throws {
        var limits = ArchiveLimits.standard
        limits.totalBytes = 1 << 20
        let bomb = SmallArchive { $0.file("components/a/b", [UInt8](repeating: 0, count: 2 << 20)) }
        #expect(try refusal(of: bomb.bytes, limits: limits)?.code == .tooLarge)
    }

    @Test func bombByOneFile() throws {
        var limits = ArchiveLimits.standard
        limits.fileBytes = 1000
        let error = try refusal(of: SmallArchive { $0.file("components/a/b", [], size: 1001) }.bytes, limits: limits)
        #expect(error?.code == .tooLarge)
    }

    @Test func bombByNumber() throws {
        var limits = ArchiveLimits.standard
        limits.members = 10
        let many = SmallArchive { tar in for index in 0..<30 { tar.file("components/a/\(index)", "") } }
        #expect(try refusal(of: many.bytes, limits: limits)?.code == .tooLarge)
    }

    @Test func bombInMetadata() throws {
        var limits = ArchiveLimits.standard
        limits.structureBytes = 100
        #expect(try refusal(of: SmallArchive().bytes, limits: limits)?.code == .tooLarge)
    }

    @Test(arguments: [1, 2, 10, 20, 100, 300])
    func truncatedGzip(_ length: Int) throws {
        let error = try refusal(of: Array(SmallArchive().bytes.prefix(length)))
        #expect(error?.code == .damaged)
    }

    @Test func truncatedAnywhere() throws {
        let archive = SmallArchive().bytes
        for length in stride(from: 0, to: archive.count, by: 97) {
            #expect(try refusal(of: Array(archive.prefix(length)))?.code == .damaged)
        }
    }

    @Test func truncatedTar() throws {
        var tar = TarBuilder()
        tar.file("components/a/b", "x")
        #expect(try refusal(of: tar.packed(withEnd: false))?.message.contains("end") == true)
        tar.file("components/a/c", Array("abc".utf8), size: 4096)
        #expect(try refusal(of: tar.packed(withEnd: false))?.code == .damaged)
    }

    @Test func emptyFile() throws {
        #expect(try refusal(of: [])?.message.contains("empty") == true)
    }

    @Test func noGzip() throws {
        #expect(try refusal(of: Array("PK\u{3}\u{4} some zip".utf8))?.message.contains("not a gzip file") == true)
    }

    @Test func gzipOfSomethingElse() throws {
        let error = try refusal(of: gzip([UInt8](repeating: UInt8(ascii: "a"), count: 5000)))
        #expect(error?.message.contains("not that of a tar archive") == true)
    }

    @Test func otherBytesAfterTheEnd() throws {
        #expect(try refusal(of: SmallArchive().bytes + Array("more".utf8))?.code == .damaged)
        #expect(try refusal(of: SmallArchive().bytes + [0, 0, 0]) == nil)
    }

    @Test func flippedBits() throws {
        let archive = SmallArchive().bytes
        for at in stride(from: 10, to: archive.count, by: 41) {
            var damaged = archive
            damaged[at] ^= 0x10
            #expect(try refusal(of: damaged) != nil, "byte \(at)")
        }
    }

    @Test func missingMetadata() throws {
        var tar = TarBuilder()
        tar.file("components/a/b", "x")
        let error = try refusal(of: tar.packed())
        #expect(error?.code == .badMetadata)
        #expect(error?.message.contains("no metadata.json") == true)
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"rasa_open_source_version": "x"}"#, #"{"rasa_open_source_version": "3.6.21"}"#,
    ])
    func brokenMetadata(_ text: String) throws {
        #expect(try refusal(of: SmallArchive(metadata: text).bytes)?.code == .badMetadata)
    }

    @Test(arguments: [("1.10.2", "migrate"), ("2.8.1", "migrate"), ("3.7.0", "Rasa Pro"), ("4.0.0", "Rasa Pro")])
    func otherVersions(_ version: String, advice: String) throws {
        let error = try refusal(of: SmallArchive(version: version).bytes)
        #expect(error?.code == .unsupportedVersion)
        #expect(error?.message.contains(version) == true)
        #expect(error?.message.contains(advice) == true)
    }

    @Test(arguments: ["3.0.0", "3.0.0rc1", "3.5.17", "3.6.20", "3.6.21rc1", "3.6.21", "3.6.22", "3.6.100"])
    func supportedVersions(_ version: String) throws {
        #expect(try refusal(of: SmallArchive(version: version).bytes) == nil)
    }

    @Test func picklesOfAnOlderVersion() throws {
        let old = SmallArchive(version: "3.6.20") { $0.file("components/a/feature_to_idx_dict.pkl", "cos\nsystem\n") }
        let error = try refusal(of: old.bytes)
        #expect(error?.code == .badFile)
        #expect(error?.message.contains("feature_to_idx_dict.pkl") == true)
    }

    @Test(arguments: [
        "DIETClassifier.label_data.pkl", "ted_policy.meta.pkl", "ted_policy.fake_features.pkl", "a.joblib",
    ])
    func picklesThatCallSomething(_ file: String) throws {
        let old = SmallArchive(version: "3.5.0") {
            $0.file("components/a/\(file)", [0x80, 4] + Array("cos\nsystem\n".utf8) + [0x29, 0x52, 0x2E])
        }
        let error = try refusal(of: old.bytes)
        #expect(error?.code == .badFile)
        #expect(error?.message.contains(file) == true)
        #expect(error?.message.contains("\"os.system\"") == true)
        #expect(error?.message.contains("train the model anew") == true)
    }

    @Test func rasa2() throws {
        let error = try refusal { $0.file("fingerprint.json", "{}") }
        #expect(error?.code == .unsupportedVersion)
    }

    @Test func archiveThatIsNotThere() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: ArchiveError.self) {
            try ModelPreparer().prepare(archive: "\(directory.path)/none.tar.gz", into: "\(directory.path)/prepared")
        }
        #expect(throws: ArchiveError.self) {
            try ModelPreparer().prepare(archive: directory.path, into: "\(directory.path)/prepared")
        }
        #expect(directory.names() == [])
    }
}
