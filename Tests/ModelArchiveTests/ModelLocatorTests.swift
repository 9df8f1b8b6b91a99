import Glibc
import ModelArchive
import TestSupport
import Testing

@Suite("The path of a model means an archive or the newest archive of a directory")
struct ModelLocatorTests {
    private func setTime(_ seconds: Int, of path: String) {
        let times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
        utimensat(AT_FDCWD, path, times, 0)
    }

    @Test func newestByTimeOfChange() throws {
        let directory = try TemporaryDirectory()
        setTime(3000, of: try directory.write([UInt8](), as: "a.tar.gz"))
        setTime(2000, of: try directory.write([UInt8](), as: "z.tar.gz"))
        setTime(9000, of: try directory.write([UInt8](), as: "notes.txt"))
        setTime(9000, of: try directory.write([UInt8](), as: ".hidden.tar.gz"))
        #expect(try ModelLocator.archive(at: directory.path) == "\(directory.path)/a.tar.gz")
        #expect(try ModelLocator.archive(at: directory.path + "/") == "\(directory.path)/a.tar.gz")
        setTime(3000, of: "\(directory.path)/z.tar.gz")
        #expect(ModelLocator.newestArchive(in: directory.path) == "\(directory.path)/z.tar.gz")
    }

    @Test func aFileItself() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write([1], as: "m.tar.gz")
        #expect(try ModelLocator.archive(at: path) == path)
        let other = try directory.write([1], as: "m.zip")
        let error = #expect(throws: ArchiveError.self) { try ModelLocator.archive(at: other) }
        #expect(error?.code == .notFound)
    }

    @Test func nothingThere() throws {
        let directory = try TemporaryDirectory()
        for path in ["", "\(directory.path)/none", directory.path] {
            let error = #expect(throws: ArchiveError.self) { try ModelLocator.archive(at: path) }
            #expect(error?.code == .notFound)
        }
        #expect(ModelLocator.newestArchive(in: "\(directory.path)/none") == nil)
    }
}
