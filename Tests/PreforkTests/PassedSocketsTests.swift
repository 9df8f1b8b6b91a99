import System
import Testing

@testable import Prefork

@Suite("Sockets that a service manager passes on")
struct PassedSocketsTests {
    private func names(_ variables: [String: String]) throws -> [String?] {
        try PassedSockets(environment: EnvironmentVariables { variables[$0] }, pid: 7).names
    }

    @Test func none() throws {
        #expect(try names([:]) == [])
        #expect(try names(["LISTEN_PID": "7", "LISTEN_FDS": "0"]) == [])
    }

    @Test func thoseOfAnotherProcessDoNotCount() throws {
        #expect(try names(["LISTEN_PID": "8", "LISTEN_FDS": "2"]) == [])
        #expect(try names(["LISTEN_PID": "x", "LISTEN_FDS": "2"]) == [])
        #expect(try names(["LISTEN_FDS": "2"]) == [])
    }

    @Test func severalAndNamed() throws {
        #expect(try names(["LISTEN_PID": "7", "LISTEN_FDS": "2"]) == [nil, nil])
        #expect(try names(["LISTEN_PID": "7", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "tcp:local"]) == ["tcp", "local"])
        #expect(try names(["LISTEN_PID": "7", "LISTEN_FDS": "2", "LISTEN_FDNAMES": ":x"]) == ["", "x"])
    }

    @Test(arguments: [
        (["LISTEN_FDS": "many"], "LISTEN_FDS is 'many'"), (["LISTEN_FDS": "-1"], "LISTEN_FDS is '-1'"),
        (["LISTEN_FDS": "2147483647"], "at most 256"),
        (["LISTEN_FDS": "2", "LISTEN_FDNAMES": "one"], "LISTEN_FDNAMES has 1 names; LISTEN_FDS says 2"),
    ])
    func refused(_ variables: [String: String], _ words: String) {
        #expect {
            try names(variables.merging(["LISTEN_PID": "7"]) { $1 })
        } throws: {
            "\($0)".contains(words)
        }
    }
}
