import Glibc
import ModelArchive
import Testing

@Suite("The path of a model means an archive or the newest archive of a directory")
struct ModelLocatorTests {
    private func setTime(_ seconds: Int, of path: String) {
        let times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
        utimensat(AT_FDCWD, path, times, 0)
    }

    @Test func newestByTimeOfChange() throws {
        let scratch = try Scratch()
        setTime(3000, of: try scratch.write([], as: "a.tar.gz"))
        setTime(2000, of: try scratch.write([], as: "z.tar.gz"))
        setTime(9000, of: try scratch.write([], as: "notes.txt"))
        setTime(9000, of: try scratch.write([], as: ".hidden.tar.gz"))
        #expect(try ModelLocator.archive(at: scratch.path) == "\(scratch.path)/a.tar.gz")
        #expect(try ModelLocator.archive(at: scratch.path + "/") == "\(scratch.path)/a.tar.gz")
        setTime(3000, of: "\(scratch.path)/z.tar.gz")
        #expect(ModelLocator.newestArchive(in: scratch.path) == "\(scratch.path)/z.tar.gz")
    }

    @Test func aFileItself() throws {
        let scratch = try Scratch()
        let path = try scratch.write([1], as: "m.tar.gz")
        #expect(try ModelLocator.archive(at: path) == path)
        let other = try scratch.write([1], as: "m.zip")
        let error = #expect(throws: ArchiveError.self) { try ModelLocator.archive(at: other) }
        #expect(error?.code == .notFound)
    }

    @Test func nothingThere() throws {
        let scratch = try Scratch()
        for path in ["", "\(scratch.path)/none", scratch.path] {
            let error = #expect(throws: ArchiveError.self) { try ModelLocator.archive(at: path) }
            #expect(error?.code == .notFound)
        }
        #expect(ModelLocator.newestArchive(in: "\(scratch.path)/none") == nil)
    }
}
