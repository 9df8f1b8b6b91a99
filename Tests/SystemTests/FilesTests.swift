import Glibc
import System
import TestSupport
import Testing

@Suite("Whole files and directories")
struct FilesTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func readsWhatWasWritten() throws {
        let bytes = [UInt8](repeating: 7, count: 200_000)
        let path = "\(directory.path)/a"
        try File.write(bytes, to: path)
        #expect(try File.read(path) == bytes)
        #expect(try File.read(path, atMost: bytes.count) == bytes)
        #expect(throws: SystemError(code: EFBIG)) { try File.read(path, atMost: bytes.count - 1) }
        try File.write([1], to: path)
        #expect(try File.read(path) == [1])
    }

    @Test("What cannot be is said in the system's words")
    func failures() {
        #expect(throws: SystemError(code: ENOENT)) { try File.read("\(directory.path)/absent") }
        #expect(throws: SystemError(code: ENOENT)) { try Directory.names(in: "\(directory.path)/absent") }
        #expect(throws: SystemError(code: EISDIR)) { try File.read(directory.path) }
        #expect(throws: SystemError(code: ENOSPC)) { try File.write([1], to: "/dev/full") }
        #expect("\(SystemError(code: ENOENT))" == "No such file or directory")
    }

    @Test func addsLines() throws {
        let path = "\(directory.path)/lines"
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(file) }
        try File.append(lines: Array("one\n".utf8), to: file)
        try File.append(lines: Array("two\nthree\n".utf8), to: file)
        #expect(try File.read(path) == Array("one\ntwo\nthree\n".utf8))
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        defer { close(full) }
        #expect(throws: SystemError(code: ENOSPC)) { try File.append(lines: Array("four\n".utf8), to: full) }
    }

    @Test(
        "Directories are made with those above them, listed, and deleted with all that is in them, but not behind links"
    )
    func directories() throws {
        let deep = "\(directory.path)/x/y/z"
        try Directory.make(deep, permissions: 0o700)
        try Directory.make(deep, permissions: 0o700)
        let kept = "\(directory.path)/kept"
        try File.write([1], to: "\(deep)/file")
        try Directory.make(kept, permissions: 0o700)
        try File.write([1], to: "\(kept)/file")
        symlink(kept, "\(deep)/link")
        #expect(try Set(Directory.names(in: deep)) == ["file", "link"])
        Directory.delete("\(directory.path)/x")
        #expect(try Directory.names(in: directory.path) == ["kept"])
        #expect(try Directory.names(in: kept) == ["file"])
        #expect(throws: SystemError(code: ENOTDIR)) { try Directory.make("\(kept)/file/below", permissions: 0o700) }
    }

    @Test func temporaryDirectoriesDiffer() throws {
        let (one, other) = (
            try Directory.makeTemporary("\(directory.path)/t-"), try Directory.makeTemporary("\(directory.path)/t-")
        )
        #expect(one != other && one.hasPrefix("\(directory.path)/t-"))
    }
}
