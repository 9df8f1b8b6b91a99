import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("The load generator", .ownThread)
struct LoadGeneratorTests {
    private static let binary = URL(fileURLWithPath: ParleyServer.binary).deletingLastPathComponent()
        .appendingPathComponent("loadtest").path

    @Test("has every turn of every channel completed and stored once, in order")
    func everyChannel() throws {
        let redis = try RedisServer()
        let server = try ParleyServer(
            workers: 2, redis: redis, credentials: "rest:\nsocketio:\n  session_persistence: true\n")
        let directory = try TemporaryDirectory()
        let generator = try RunningProcess(
            Self.binary,
            [
                "http://127.0.0.1:\(server.port)", "--channel", "rest,stream,websocket,polling", "--connections", "8",
                "--senders", "16", "--rate", "40", "--seconds", "1", "--audit", "--timeout", "60", "--scenario",
                "steady,burst", "--json", "figures.json", "--html", "report.html",
            ], directory: directory.path)
        let ending = try generator.ending()
        #expect(ending.status == 0, "\(ending.lines.joined(separator: "\n"))")
        let figures = try JSON(parsing: Array(Data(contentsOf: URL(fileURLWithPath: "\(directory.path)/figures.json"))))
        for run in figures.array ?? [] {
            #expect(run["outcomes"]?["completed"]?.int == 40)
            #expect(run["surplus"]?.int == 0)
        }
        #expect(figures.array?.count == 2)
        #expect(FileManager.default.fileExists(atPath: "\(directory.path)/report.html"))
    }
}
