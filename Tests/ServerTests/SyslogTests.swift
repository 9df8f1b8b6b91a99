import Foundation
import Prefork
import System
import TestSupport
import Testing

@testable import Server

@Suite("Lines for syslog")
struct SyslogTests {
    private let line = LogLine(
        time: Timestamp(seconds: 1_700_000_000, milliseconds: 7), level: "info", source: "parley",
        message: "Something\nhappened", facts: [("worker", "1")])

    private func output(port: Int, _ transport: String) throws -> LogOutput {
        var output = LogOutput(format: .text)
        output.add(syslog: try SyslogServer.connect("localhost", port: port, transport))
        return output
    }

    @Test("have priority, level and process, and end with a zero byte")
    func form() {
        #expect(
            line.syslog == "<14>2023-11-14T22:13:20.007Z [INFO ] [\(getpid())] Something happened  worker=1\0")
    }

    @Test("go over TCP to the server of the flags")
    func connection() throws {
        let (listener, port) = try Loopback.listen()
        defer { close(listener) }
        let output = try output(port: port, "TCP")
        let accepted = accept(listener, nil, nil)
        defer { close(accepted) }
        output.write(line)
        var bytes = [UInt8](repeating: 0, count: line.syslog.utf8.count)
        #expect(recv(accepted, &bytes, bytes.count, Int32(MSG_WAITALL)) == bytes.count)
        #expect(bytes == Array(line.syslog.utf8))
    }

    @Test("go over UDP, whether anybody listens or not")
    func datagrams() throws {
        let output = try output(port: try Loopback.sparePort(), "UDP")
        for _ in 1...3 { output.write(line) }
    }

    @Test("need a server that can be found, and a protocol that is known")
    func refusals() throws {
        let port = try Loopback.sparePort()
        for (host, transport) in [("localhost", "TCP"), ("localhost", "carrier-pigeon"), ("nowhere.invalid", "UDP")] {
            let failure = #expect(throws: BootFailure.self) {
                try SyslogServer.connect(host, port: port, transport)
            }
            #expect(failure?.message.contains("syslog") == true)
        }
    }
}
