import ArgumentParser
import Foundation
import NIOCore
import NIOPosix

@main
struct LoadTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loadtest",
        abstract: "Sends turns to an assistant's server at a given rate, and says what became of each.",
        discussion: """
            Turns are sent when they are due, however slowly the server responds, and their latency counts from \
            then. Every turn has to be completed once, with --replies messages, and with --audit it has to be stored \
            once and in the order of its conversation. The exit status is 1 where that was not so.

            Scenarios:
              steady   one rate
              ramp     from a tenth of the rate to the rate
              burst    --burst turns to one conversation at once, then to the next
              swap     PUT /model with each --model in turn, every --every seconds (the server needs --enable-api)
              restart  HUP to --pid every --every seconds: a rolling restart
              kill     SIGKILL to a worker of --pid every --every seconds

            Channels: rest, stream (rest with stream=true), websocket and polling (both Socket.IO; the credentials \
            need session_persistence). Several are spread over the connections.

            Examples:
              loadtest http://127.0.0.1:5005 --rate 200 --seconds 30 --audit
              loadtest http://127.0.0.1:5005 --scenario steady,restart --pid $PID --channel rest,websocket --html r.html
              loadtest http://127.0.0.1:5005 --against http://127.0.0.1:5006 --html comparison.html
            """)

    @Argument(help: "http://HOST[:PORT][/PREFIX] of the server.") var url: String
    @Option(help: "A second server that gets the same turns, one server after the other.") var against: String?
    @Option(help: "Scenarios, separated by commas.") var scenario = "steady"
    @Option(help: "Channels, separated by commas.") var channel = "rest"
    @Option(help: "Turns per second.") var rate = 100.0
    @Option(help: "How long to send turns.") var seconds = 10.0
    @Option(help: "How many turns to send, instead of --seconds.") var turns: Int?
    @Option(help: "Connections, or sockets.") var connections = 64
    @Option(help: "Conversations; a socket has one.") var senders = 256
    @Option(help: "Each n-th turn of a conversation is /restart (rest and stream only); 0 for none.")
    var restartEvery = 0
    @Option(help: "The text of the messages; may be given several times.") var message: [String] = ["/thank"]
    @Option(help: "How many messages a response has.") var replies = 1
    @Option(help: "Seconds within which a turn must have its response.") var timeout = 10.0
    @Option(help: "Turns of one burst.") var burst = 20
    @Option(help: "Seconds from one disturbance to the next.") var every = 5.0
    @Option(help: "Process id of the server's supervisor, for restart and kill.") var pid: Int32?
    @Option(help: "Process id of the supervisor of --against.") var againstPid: Int32?
    @Option(help: "An archive for the scenario swap, as the server sees it; may be given several times.")
    var model: [String] = []
    @Flag(help: "Compare with what is stored (the server needs --enable-api).") var audit = false
    @Option(help: "Of the random arrival times.") var seed: UInt64 = 1
    @Option(help: "Write a report with plots to this file.") var html: String?
    @Option(help: "Write the figures to this file.") var json: String?

    func run() async throws {
        let plan = try plan()
        var runs: [RunSummary] = []
        for scenario in plan.scenarios {
            for server in plan.servers {
                let summary = try await ScenarioRun(plan: plan, scenario: scenario, server: server).run()
                print(TextReport(summary: summary).lines.joined(separator: "\n"))
                runs.append(summary)
            }
        }
        if let html {
            let title = "Load test of \(plan.servers.map(\.target.name).joined(separator: " and "))"
            try HTML(title: title, runs: runs).text.write(toFile: html, atomically: false, encoding: .utf8)
        }
        if let json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(runs).write(to: URL(fileURLWithPath: json))
        }
        guard runs.allSatisfy(\.isClean) else { throw ExitCode(1) }
    }
}
