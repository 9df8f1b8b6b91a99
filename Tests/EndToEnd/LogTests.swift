import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Whoever reads the log, or does not, changes nothing for clients", .ownThread)
struct LogTests {
    /// A server whose standard error is a pipe that nobody reads yet.
    private final class Unread {
        let reading: Int32
        private let process: RunningProcess
        let port: Int
        let directory: TemporaryDirectory

        init(_ arguments: [String]) throws {
            directory = try TemporaryDirectory()
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw TestFailure("pipe: errno \(errno)") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            reading = ends[0]
            let started = Result {
                try RunningProcess(
                    ParleyServer.binary, ["run", "-m", ParleyServer.demo, "-p", "0", "-i", "127.0.0.1"] + arguments,
                    output: ends[1])
            }
            close(ends[1])
            process = try started.get()
            var text = ""
            var byte: UInt8 = 0
            var port: Int?
            while port == nil, read(reading, &byte, 1) == 1 {
                text.unicodeScalars.append(Unicode.Scalar(byte))
                if byte == UInt8(ascii: "\n") {
                    port = text.firstMatch(of: /ready on http:\/\/127\.0\.0\.1:(\d+)/).flatMap { Int($0.1) }
                }
            }
            guard let port else { throw TestFailure("no start: \(text)") }
            self.port = port
        }

        /// Ends the server and returns the lines that it had still to write.
        func end() -> [String] {
            process.signal(SIGTERM)
            var bytes: [UInt8] = []
            var part = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = read(reading, &part, part.count)
                guard count > 0 else { break }
                bytes += part[..<count]
            }
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        }

        deinit {
            process.end(SIGKILL)
            close(reading)
        }
    }

    @Test("a reader that stalls stops nobody; what it misses is counted and said")
    func stalledReader() throws {
        let server = try Unread(["--enable-api", "--debug"])
        let connection = try HTTPConnection(port: server.port)
        for number in 0..<6000 {
            try connection.request("GET", "/status?number=\(number)")
            #expect(try connection.response().status == 200)
        }
        let lines = server.end()
        let dropped = lines.compactMap { line -> Int? in
            guard let json = try? JSON(parsing: Array(line.utf8)) else {
                Issue.record("not JSON: \(line)")
                return nil
            }
            return json["event"]?.string?.contains("dropped") == true ? json["lines"]?.string.flatMap { Int($0) } : nil
        }
        #expect(dropped.reduce(0, +) > 0)
    }

    @Test("what processes write to standard error by themselves is a line of the log too")
    func standardError() throws {
        let server = try ParleyServer()
        let worker = try #require(server.workers.first)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "/proc/\(worker)/fd/2"))
        try file.write(contentsOf: Data("NOTICE:  a library's own words\n".utf8))
        let line = try server.process.awaitLine { $0.contains("a library's own words") ? $0 : nil }
        let json = try JSON(parsing: Array(line.utf8))
        #expect(json["text"] == "NOTICE:  a library's own words")
        #expect(json["level"] == "warning")
    }
}
