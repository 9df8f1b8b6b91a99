import Brokers
import CParleySystem
import Dialogue
import EventLoops
import Glibc
import HTTPServer
import Leases
import Logging
import NIOCore
import NIOPosix
package import Prefork
import Server
import Settings
import Stores
import System

/// One export from the command line: endpoints, broker, store, and what people see of it.
package struct ExportRun {
    private let selection: ExportSelection
    private let endpoints: Endpoints
    private let brokerSettings: EventBrokerSettings
    private let makeBroker: @Sendable () -> any EventBroker
    private let sql: SQLConfigurationSelection

    /// - Throws: ``BootFailure`` that names the flag, or file and line.
    package init(_ selection: ExportSelection) throws(BootFailure) {
        self.selection = selection
        if let first = selection.minimumTimestamp, let last = selection.maximumTimestamp, last < first {
            throw Self.failure("--maximum-timestamp is before --minimum-timestamp; there can be no events")
        }
        let files = ConfigurationFiles(logger: Logger(label: "parley"))
        endpoints = try files.endpoints(selection.endpoints)
        guard endpoints.trackerStore != .inMemory else {
            throw Self.failure("the endpoints name no 'tracker_store' that outlives a server; add one")
        }
        guard let broker = endpoints.eventBroker else {
            throw Self.failure("the endpoints name no 'event_broker'; add one")
        }
        brokerSettings = broker
        let sql = try SQLConfigurationSelection(environment: .process)
        self.sql = sql
        makeBroker = try BrokerConfiguration.maker(broker, sql: sql, exportID: RandomID.hex())
    }

    /// Exports and ends the process.
    package func run() throws(BootFailure) {
        // Before the first thread, so that every thread leaves these signals to this.
        let signals = parley_signal_descriptor()
        MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { loop in
            let executor = LoopTaskExecutor(loop: loop)
            let run = self
            Task(executorPreference: executor) {
                let status = await run.export(signals, loop)
                parley_exit(status)
            }
        }
    }

    private func export(_ signals: Int32, _ loop: any EventLoop) async -> Int32 {
        let line = StatusLine()
        do throws(BootFailure) {
            var endpoints = endpoints
            // Nothing is locked.
            endpoints.lockStore = .inMemory
            let stores = WorkerStores(
                endpoints, sql: sql, leaseSettings: LeaseSettings(), owner: "export", loop: loop)
            let broker = makeBroker()
            try await connect(broker, signals)
            let export = ConversationExport(selection, store: stores.trackers, broker: broker, line: line) {
                parley_next_signal(signals) != 0
            }
            let outcome = try await export.run()
            broker.close()
            line.clear()
            Output.write(
                "Done: \(outcome.events) events of \(outcome.conversations) conversations are published.\n",
                to: STDOUT_FILENO)
            return 0
        } catch {
            line.clear()
            Output.write("parley: \(error.message)\n", to: STDERR_FILENO)
            return error.status
        }
    }

    /// Tries as often as Rasa does.
    private func connect(_ broker: any EventBroker, _ signals: Int32) async throws(BootFailure) {
        var (attempts, pause) = (1, Duration.zero)
        if case .rabbitMQ(let settings) = brokerSettings.kind {
            (attempts, pause) = (settings.connectionAttempts, settings.retryDelay)
        }
        let maxAttempts = attempts
        while true {
            do throws(BrokerError) {
                return try broker.connect()
            } catch {
                attempts -= 1
                guard attempts > 0, error.code == .unreachable, parley_next_signal(signals) == 0 else {
                    throw Self.failure("\(broker.name) (\(brokerSettings.place)): \(error)")
                }
                if attempts == maxAttempts - 1 {
                    Output.write(
                        "warning: \(broker.name): \(error); tried up to \(maxAttempts) times, every \(pause)\n",
                        to: STDERR_FILENO)
                }
            }
            try? await Task.sleep(for: pause)
        }
    }

    static func failure(_ message: String) -> BootFailure { BootFailure(message, status: 1) }
}
