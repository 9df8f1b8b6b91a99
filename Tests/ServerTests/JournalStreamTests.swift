import Glibc
import System
import Testing

@testable import Server

@Suite("Priorities for the journal")
struct JournalStreamTests {
    @Test func onlyWhereDeviceAndInodeAreTheDescriptors() throws {
        let descriptor = open("/dev/null", O_WRONLY)
        defer { close(descriptor) }
        var status = stat()
        try #require(fstat(descriptor, &status) == 0)
        #expect(JournalStream.names(descriptor, "\(status.st_dev):\(status.st_ino)"))
        for other in ["\(status.st_dev):\(status.st_ino)0", "\(status.st_ino)", "", nil] {
            #expect(!JournalStream.names(descriptor, other))
        }
        #expect(!JournalStream.names(-1, "\(status.st_dev):\(status.st_ino)"))
    }

    @Test(arguments: [("critical", "<2>"), ("error", "<3>"), ("warning", "<4>"), ("info", "<6>"), ("debug", "<7>")])
    func priorities(level: String, prefix: String) {
        let line = LogLine(time: Timestamp(), level: level, source: "parley", message: "x", facts: [])
        #expect(line.priority == prefix)
    }
}
