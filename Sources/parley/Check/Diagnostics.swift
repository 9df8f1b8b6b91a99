import ArgumentParser
import Channels
import EventLoops
import HTTPServer
import Leases
import Logging
import NIOCore
import NIOPosix
import Prefork
import Settings

/// One run of `parley check`: reads the files, tries what they name, and says what became of it.
struct Diagnostics {
    private let flags: Check

    init(_ flags: Check) {
        self.flags = flags
    }

    /// - Throws: ``BootFailure`` where a file cannot be understood, `ExitCode` where something does not work.
    func run() throws {
        let environment = Environment()
        // The table says it all.
        LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
        let logger = Logger(label: "parley.check")
        let files = ConfigurationFiles(logger: logger)
        let endpoints = try files.endpoints(flags.endpoints)
        let channels = try files.channels(flags.channels)
        let sql = try SQLConfigurationSelection(environment: environment)
        let directory = try TemporaryDirectory(environment: environment)
        defer { directory.delete() }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let executor = LoopTaskExecutor(loop: group.next())
        let limit = Duration.seconds(max(1, flags.timeout))
        let model = try model(endpoints, in: directory, loop: executor.loop, logger: logger)
        let broker = BrokerProbe.probes(endpoints, sql: sql)
        let done = executor.loop.makePromise(of: Int.self)
        done.completeWithTask {
            let stores = WorkerStores(
                endpoints, sql: sql, leaseSettings: LeaseSettings(), owner: "check", loop: executor.loop)
            let failed = await Self.tryAll(
                StoreProbes.probes(stores, endpoints) + broker + ServerProbes.probes(endpoints, loop: executor.loop)
                    + ChannelProbes.probes(channels, executor: executor) + [model],
                within: limit)
            await stores.close()
            return failed
        }
        let failed = try done.futureResult.wait()
        guard failed == 0 else {
            Output.line(failed == 1 ? "1 of them does not work." : "\(failed) of them do not work.")
            throw ExitCode(ExitStatus.unavailable)
        }
        Output.line("Everything works.")
    }

    /// In Rasa's order: a model server, a remote storage, this machine.
    private func model(
        _ endpoints: Endpoints, in directory: TemporaryDirectory, loop: any EventLoop, logger: Logger
    ) throws(BootFailure) -> HealthCheck {
        let probe = ModelProbe(directory: directory, loop: loop, allowMissingComponents: flags.allowMissingComponents)
        if let server = endpoints.modelServer { return probe.probe(.server(server)) }
        if let storage = flags.remoteStorage {
            return probe.probe(try RemoteModel(storage: storage, model: flags.model))
        }
        return probe.probe(flags.model, logger: logger)
    }

    /// Tries one after the other, so that the times are each one's own.
    private static func tryAll(_ probes: [HealthCheck], within limit: Duration) async -> Int {
        let table = ProbeTable(probes)
        var failed = 0
        for probe in probes {
            let outcome = await probe.outcome(within: limit)
            if !outcome.works { failed += 1 }
            for line in table.lines(outcome) { Output.line(line) }
        }
        return failed
    }
}
