import Channels
import EventLoops
import HTTPServer
import Leases
import Logging
import NIOCore
import NIOPosix
import Prefork
import Server
import Settings
import System

/// One run of `parley check`: reads the files, tries what they name, and says what became of it.
package struct Diagnostics {
    /// An archive, a directory whose newest one is tried, or the name of a model in the storage.
    private let model: String
    private let remoteStorage: String?
    private let files: Files
    private let allowMissingComponents: Bool
    /// The longest time that one try may take, but for the model's.
    private let limit: Duration

    /// Where the configuration is; nil for the default file.
    package struct Files {
        package var endpoints: String?
        package var credentials: String?
        /// The one channel to try; nil for all.
        package var connector: String?

        package init(endpoints: String?, credentials: String?, connector: String?) {
            (self.endpoints, self.credentials, self.connector) = (endpoints, credentials, connector)
        }
    }

    package init(
        model: String, remoteStorage: String?, files: Files, allowMissingComponents: Bool, limit: Duration
    ) {
        self.model = model
        self.remoteStorage = remoteStorage
        self.files = files
        self.allowMissingComponents = allowMissingComponents
        self.limit = limit
    }

    /// - Throws: ``BootFailure`` where a file cannot be understood, ``ReportedFailure`` where something does not
    ///   work.
    package func run() throws {
        let environment = EnvironmentVariables.process
        // The table says it all.
        LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
        let logger = Logger(label: "parley.check")
        let reader = ConfigurationFiles(logger: logger)
        let endpoints = try reader.endpoints(files.endpoints)
        let channels = try reader.channels(files.credentials, connector: files.connector)
        let sql = try SQLConfigurationSelection(environment: environment)
        let directory = try TemporaryDirectory(environment: environment)
        defer { directory.delete() }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let executor = LoopTaskExecutor(loop: group.next())
        let check = try check(of: endpoints, in: directory, loop: executor.loop, logger: logger)
        let broker = BrokerHealthCheck.checks(endpoints, sql: sql)
        let done = executor.loop.makePromise(of: Int.self)
        done.completeWithTask {
            let stores = WorkerStores(
                endpoints, sql: sql, leaseSettings: LeaseSettings(), owner: "check", loop: executor.loop)
            let failed = await Self.tryAll(
                StoreHealthChecks.checks(stores, endpoints) + broker
                    + ServerHealthChecks.checks(endpoints, loop: executor.loop)
                    + ChannelHealthChecks.checks(channels, executor: executor) + [check],
                within: limit)
            await stores.close()
            return failed
        }
        let failed = try done.futureResult.wait()
        guard failed == 0 else {
            Output.line(failed == 1 ? "1 of them does not work." : "\(failed) of them do not work.")
            throw ReportedFailure(status: ExitStatus.unavailable)
        }
        Output.line("Everything works.")
    }

    /// In Rasa's order: a model server, a remote storage, this machine.
    private func check(
        of endpoints: Endpoints, in directory: TemporaryDirectory, loop: any EventLoop, logger: Logger
    ) throws(BootFailure) -> HealthCheck {
        let check = ModelHealthCheck(
            directory: directory, loop: loop, allowMissingComponents: allowMissingComponents)
        if let server = endpoints.modelServer { return check.check(.server(server)) }
        if let storage = remoteStorage {
            return check.check(try RemoteModel(storage: storage, model: model))
        }
        return check.check(model, logger: logger)
    }

    /// Tries one after the other, so that the times are each one's own.
    private static func tryAll(_ checks: [HealthCheck], within limit: Duration) async -> Int {
        let table = HealthCheckTable(checks)
        var failed = 0
        for check in checks {
            let outcome = await check.outcome(within: limit)
            if !outcome.works { failed += 1 }
            for line in table.lines(outcome) { Output.line(line) }
        }
        return failed
    }
}
