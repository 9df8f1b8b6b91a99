import CParleySystem
import EventLoops
import ExactText
import Glibc
import JSON
import NIOCore
import NIOPosix
package import Prefork
import Server
import System
import WebClient

/// One run of `parley compare`: reads what is to be played, has both servers ready, plays, and says what differs.
package struct ComparisonRun: Sendable {
    private let selection: ComparisonSelection
    private let sources: PlaySources
    private let endpoints: String?
    /// The archive that Parley is started with; nil where one runs already.
    private let archive: String?

    private static let defaultEndpoints = "endpoints.yml"
    /// What says that something differs, as a failed test does.
    private static let differs: Int32 = 1

    /// - Throws: ``BootFailure`` that names the flag, or file and line.
    package init(_ selection: ComparisonSelection) throws(BootFailure) {
        self.selection = selection
        for (flag, url) in [("--against", selection.against), ("--parley", selection.parley ?? "http://")] {
            guard url.exact.hasPrefix("http://") || url.exact.hasPrefix("https://") else {
                throw BootFailure("\(flag): must begin with http:// or https://", status: ExitStatus.usage)
            }
        }
        sources = try PlaySources(selection)
        archive = selection.parley == nil ? try TestedModel(selection.model).archive : nil
        endpoints = selection.endpoints ?? (File.exists(Self.defaultEndpoints) ? Self.defaultEndpoints : nil)
    }

    /// Compares and ends the process.
    package func run() throws(BootFailure) {
        let directory = try TemporaryDirectory(environment: .process)
        // Before the first thread, so that every thread leaves these signals to this.
        let signals = parley_signal_descriptor()
        let server: TemporaryServer?
        do throws(BootFailure) {
            server = try start(in: directory)
        } catch {
            directory.delete()
            throw error
        }
        let run = self
        let end: @Sendable (Int32) -> Never = { status in
            server?.end()
            directory.delete()
            parley_exit(status)
        }
        MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { loop in
            loop.scheduleRepeatedTask(initialDelay: .milliseconds(100), delay: .milliseconds(100)) { _ in
                if let signal = Self.ending(signals) { end(128 + signal) }
            }
            Task(executorPreference: LoopTaskExecutor(loop: loop)) { end(await run.compare(server, loop)) }
        }
    }

    private func start(in directory: TemporaryDirectory) throws(BootFailure) -> TemporaryServer? {
        guard let archive else { return nil }
        let place = "\(directory.path)/compare"
        do throws(SystemError) {
            try Directory.make(place, permissions: 0o700)
        } catch {
            throw BootFailure("'\(place)' cannot be made: \(error)", status: ExitStatus.system)
        }
        return try TemporaryServer(
            model: archive, endpoints: endpoints, allowMissingComponents: selection.allowMissingComponents,
            in: place)
    }

    /// The signal that has come and ends the program; nil for none.
    private static func ending(_ signals: Int32) -> Int32? {
        while true {
            let signal = parley_next_signal(signals)
            guard signal > 0 else { return nil }
            if [SIGTERM, SIGINT, SIGQUIT, SIGHUP].contains(signal) { return signal }
        }
    }

    /// - Returns: The status to end with.
    private func compare(_ server: TemporaryServer?, _ loop: any EventLoop) async -> Int32 {
        let line = StatusLine()
        let httpClient = OutboundHTTPClient(loop: loop)
        let result: Result<ComparisonReport, BootFailure>
        do throws(BootFailure) {
            result = .success(try await report(server, httpClient, loop, line))
        } catch {
            result = .failure(error)
        }
        await httpClient.close()
        line.clear()
        do throws(BootFailure) {
            return try conclude(try result.get())
        } catch {
            Output.write("parley: \(error.message)\n", to: STDERR_FILENO)
            return error.status
        }
    }

    private func report(
        _ server: TemporaryServer?, _ httpClient: OutboundHTTPClient, _ loop: any EventLoop, _ line: StatusLine
    ) async throws(BootFailure) -> ComparisonReport {
        let against = ComparedServer(
            title: "the running Rasa", flag: "--against", address: WebAddress(selection.against),
            token: selection.token, headers: selection.headers, httpClient: httpClient, timeout: selection.timeout)
        line.show("asking \(against.address.text)")
        let abilities = try await against.abilities()
        var sources = sources
        if selection.readsConversations {
            line.show("reading conversations")
            sources.conversations = try await StoredConversations.plays(
                endpoints, limit: selection.limit, loop: loop)
        }
        line.show("starting Parley")
        let address = try await server?.address { await httpClient.pause(.milliseconds(50)) }
        let parley = ComparedServer(
            title: "Parley", flag: "--parley", address: WebAddress(address ?? selection.parley ?? ""),
            token: selection.parleyToken, headers: [], httpClient: httpClient, timeout: selection.timeout)
        let own = try await parley.abilities()
        let hasAPI = abilities.hasAPI && own.hasAPI
        let (plays, notes) = sources.plays(hasAPI: hasAPI, hasREST: abilities.hasREST && own.hasREST)
        guard !plays.isEmpty else {
            throw BootFailure(
                "nothing can be played: \(notes.isEmpty ? "the files have nothing to say" : notes.joined(separator: "; "))",
                status: ExitStatus.noInput)
        }
        var report = ComparisonReport()
        report.against = "Rasa \(abilities.version ?? "of an unknown version") at \(against.address.text)"
        report.parley = archive.map { "Parley with \($0)" } ?? "Parley at \(parley.address.text)"
        report.notes =
            [against, parley].enumerated().filter { ![abilities, own][$0.offset].hasAPI }.map { _, server in
                "\(server.title) has no API (--enable-api): only what the assistant says is compared, no intents and no events"
            } + notes
        let player = Player(against: against, parley: parley, readsTrackers: hasAPI)
        let comparison = PlayComparison(
            tolerance: selection.tolerance, variations: own.hasAPI ? await variations(parley) : ResponseVariations())
        var outcomes: [Int: PlayOutcome] = [:]
        try await player.play(plays, atATime: selection.concurrency) { number, record, count in
            outcomes[number] = comparison.outcome(of: record)
            line.show("\(StatusLine.bar(count, of: plays.count)) \(record.play.kind.rawValue)")
        }
        // In the order of the files, whatever came first.
        for (number, play) in plays.enumerated() {
            if let outcome = outcomes[number] { report.add(outcome, of: play) }
        }
        return report
    }

    private func variations(_ parley: ComparedServer) async -> ResponseVariations {
        ResponseVariations(domain: await parley.reply(to: .domain, in: "").body ?? .null)
    }

    /// Writes the report, and says how the program is to end.
    private func conclude(_ report: ComparisonReport) throws(BootFailure) -> Int32 {
        Output.write(
            ComparisonText.lines(report).joined(separator: "\n") + "\n", to: STDOUT_FILENO)
        if let output = selection.output {
            do throws(SystemError) {
                try File.write(ComparisonPage.bytes(report), to: output, permissions: 0o644)
            } catch {
                throw BootFailure("--output: '\(output)' cannot be written: \(error)", status: ExitStatus.system)
            }
            Output.line("The report is in '\(output)'.")
        }
        if report.differs { return Self.differs }
        return report.failed > 0 ? ExitStatus.unavailable : 0
    }
}
