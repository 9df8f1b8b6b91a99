import Foundation
import Logging
import Settings
import Synchronization
import System

@testable import Brokers

/// A broker in memory that fails when it is told to.
final class FakeBroker: EventBroker {
    /// What all connections to one broker share.
    final class Server: Sendable {
        struct State {
            var events: [OutgoingEvent] = []
            var isUnavailable = false
            var refusedBodies: Set<[UInt8]> = []
            /// Confirms so many events of a batch and then breaks the connection.
            var breaksAfter: Int?
            var connections = 0
        }

        let state = Mutex(State())
        var bodies: [String] { state.withLock { $0.events.map { String(decoding: $0.body, as: UTF8.self) } } }
        func change(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }
    }

    let server: Server
    let name = "a fake"

    init(_ server: Server) { self.server = server }

    func connect() throws(BrokerError) {
        let isUnavailable = server.state.withLock { state in
            state.connections += 1
            return state.isUnavailable
        }
        if isUnavailable { throw BrokerError(.unreachable, "away") }
    }

    func publish(_ events: [OutgoingEvent]) -> PublishOutcome {
        server.state.withLock { state in
            guard !state.isUnavailable else {
                return PublishOutcome(confirmed: 0, failure: BrokerError(.unreachable, "away"))
            }
            for (index, event) in events.enumerated() {
                if let limit = state.breaksAfter, index == limit {
                    state.breaksAfter = nil
                    return PublishOutcome(confirmed: index, failure: BrokerError(.unreachable, "broken"))
                }
                if state.refusedBodies.contains(event.body) {
                    return PublishOutcome(confirmed: index, failure: BrokerError(.refusedEvent, "too large"))
                }
                state.events.append(event)
            }
            return PublishOutcome(confirmed: events.count)
        }
    }

    func close() {}
}

extension Outbox {
    /// Puts texts in, as one turn.
    func put(_ texts: String..., of conversation: String = "anna") throws {
        try write(try reserve(texts.map { Array($0.utf8) }, of: conversation))
    }
}

extension OutboxCollector {
    /// All that waits, settled if told so.
    func texts(acknowledged: Bool = false) -> [String] {
        let events = collect(atMost: 10000)
        if acknowledged { acknowledge(events[...]) }
        return events.map { String(decoding: $0.event.body, as: UTF8.self) }
    }
}

let testLogger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}()

/// Keeps what is logged as errors.
final class KeptLog: Sendable {
    private struct Handler: LogHandler {
        let keep: @Sendable (String) -> Void
        var logLevel = Logger.Level.error
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            keep("\(event.message) \(event.metadata ?? [:])")
        }
    }

    private let kept = Mutex<[String]>([])

    /// Messages with their metadata.
    var lines: [String] { kept.withLock { $0 } }

    /// Writes here.
    var logger: Logger {
        Logger(label: "test") { _ in
            Handler { line in self.kept.withLock { $0.append(line) } }
        }
    }
}

extension EnvironmentVariables {
    /// None is set.
    static let none = EnvironmentVariables { _ in nil }
}
