import Glibc
import Prefork
import Testing

@testable import Server

@Suite("--management-port")
struct ManagementAddressTests {
    @Test func isAPortOrAPath() throws {
        #expect(try ManagementAddress("9005") == .port(9005))
        #expect(try ManagementAddress("/run/parley.sock") == .path("/run/parley.sock"))
    }

    @Test(arguments: ["", "70000", "parley.sock", "-1", "/" + String(repeating: "x", count: 200)])
    func isNothingElse(_ text: String) {
        let failure = #expect(throws: BootFailure.self) { try ManagementAddress(text) }
        #expect(failure?.message.contains("--management-port") == true)
    }

    @Test("a socket that a dead server has left is replaced, one that is in use is not")
    func leftovers() throws {
        let path = "/tmp/parley-test-\(UInt64.random(in: 0...UInt64.max)).sock"
        defer { unlink(path) }
        let first = try ListeningSocket.bind(path: path, backlog: 1, flag: "--management-port")
        let refusal = #expect(throws: BootFailure.self) {
            try ListeningSocket.bind(path: path, backlog: 1, flag: "--management-port")
        }
        #expect(refusal?.message.contains("in use") == true)
        close(first.descriptor)
        let second = try ListeningSocket.bind(path: path, backlog: 1, flag: "--management-port")
        #expect(second.isUnix && second.queue == nil)
        close(second.descriptor)
    }
}
