import Glibc
import System
import Testing

@Suite("Whole files and directories")
struct FilesTests {
    private let scratch = Scratch()

    @Test func readsWhatWasWritten() throws {
        let bytes = [UInt8](repeating: 7, count: 200_000)
        let path = "\(scratch.path)/a"
        try WholeFile.write(bytes, to: path)
        #expect(try WholeFile.read(path) == bytes)
        #expect(try WholeFile.read(path, atMost: bytes.count) == bytes)
        #expect(throws: FileFailure(EFBIG)) { try WholeFile.read(path, atMost: bytes.count - 1) }
        try WholeFile.write([1], to: path)
        #expect(try WholeFile.read(path) == [1])
    }

    @Test("What cannot be is said in the system's words")
    func failures() {
        #expect(throws: FileFailure(ENOENT)) { try WholeFile.read("\(scratch.path)/absent") }
        #expect(throws: FileFailure(ENOENT)) { try Directory.names(in: "\(scratch.path)/absent") }
        #expect(throws: FileFailure(EISDIR)) { try WholeFile.read(scratch.path) }
        #expect(throws: FileFailure(ENOSPC)) { try WholeFile.write([1], to: "/dev/full") }
        #expect("\(FileFailure(ENOENT))" == "No such file or directory")
    }

    @Test func addsLines() throws {
        let path = "\(scratch.path)/lines"
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(file) }
        try WholeFile.append(lines: Array("one\n".utf8), to: file)
        try WholeFile.append(lines: Array("two\nthree\n".utf8), to: file)
        #expect(try WholeFile.read(path) == Array("one\ntwo\nthree\n".utf8))
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        defer { close(full) }
        #expect(throws: FileFailure(ENOSPC)) { try WholeFile.append(lines: Array("four\n".utf8), to: full) }
    }

    @Test(
        "Directories are made with those above them, listed, and deleted with all that is in them, but not behind links"
    )
    func directories() throws {
        let deep = "\(scratch.path)/x/y/z"
        try Directory.make(deep, permissions: 0o700)
        try Directory.make(deep, permissions: 0o700)
        let kept = "\(scratch.path)/kept"
        try WholeFile.write([1], to: "\(deep)/file")
        try Directory.make(kept, permissions: 0o700)
        try WholeFile.write([1], to: "\(kept)/file")
        symlink(kept, "\(deep)/link")
        #expect(try Set(Directory.names(in: deep)) == ["file", "link"])
        Directory.delete("\(scratch.path)/x")
        #expect(try Directory.names(in: scratch.path) == ["kept"])
        #expect(try Directory.names(in: kept) == ["file"])
        #expect(throws: FileFailure(ENOTDIR)) { try Directory.make("\(kept)/file/below", permissions: 0o700) }
    }

    @Test func temporaryFoldersDiffer() throws {
        let (one, other) = (
            try Directory.makeTemporary("\(scratch.path)/t-"), try Directory.makeTemporary("\(scratch.path)/t-")
        )
        #expect(one != other && one.hasPrefix("\(scratch.path)/t-"))
    }
}

/// A directory that is gone after the test.
private final class Scratch {
    let path: String

    init() { path = (try? Directory.makeTemporary("/tmp/parley-files-")) ?? "/tmp" }

    deinit { if path != "/tmp" { Directory.delete(path) } }
}
