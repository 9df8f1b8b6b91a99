import Glibc
import Logging
import System

/// The dealings with one broker: connects when there is something to publish, and says when the broker goes away, once
/// a minute while it is, and when it is back.
final class PublishingSession {
    /// However short a pause the endpoints ask for, a broker that is away must not cost a whole core.
    private static let shortestPause = Duration.milliseconds(100)

    private let broker: any EventBroker
    private let options: EventPublisher.Options
    private let refusedPath: String
    private let logger: Logger
    private var isConnected = false
    private var failures = 0
    private var lastSaid: (code: BrokerError.Code, time: ContinuousClock.Instant)?

    /// Confirmed so far.
    private(set) var published = 0
    /// Refused or dropped so far.
    private(set) var failed = 0
    /// When the broker is tried again.
    private(set) var nextTry = ContinuousClock.now

    init(broker: any EventBroker, options: EventPublisher.Options, refused path: String, _ logger: Logger) {
        self.broker = broker
        self.options = options
        refusedPath = path
        self.logger = logger
    }

    var isUnavailable: Bool { failures > 0 }

    /// Whether more than a connection that had been idle was lost.
    var isLost: Bool { failures > 1 }

    /// Publishes events.
    ///
    /// - Returns: How many of them are done with, from the first on.
    func publish(_ events: [OutgoingEvent]) -> Int {
        do throws(BrokerError) {
            if !isConnected { try broker.connect() }
            isConnected = true
        } catch {
            return fail(error, events.count)
        }
        let outcome = broker.publish(events)
        published += outcome.confirmed
        guard let failure = outcome.failure else {
            settleFailures()
            return outcome.confirmed
        }
        if failure.code == .refusedEvent, outcome.confirmed < events.count {
            deadLetter(events[outcome.confirmed], failure)
            return outcome.confirmed + 1
        }
        return outcome.confirmed + fail(failure, events.count - outcome.confirmed)
    }

    func close() {
        if isConnected { broker.close() }
        isConnected = false
    }

    private func settleFailures() {
        if failures > 0 {
            logger.notice("The event broker takes events again", metadata: ["broker": "\(broker.name)"])
        }
        failures = 0
        lastSaid = nil
    }

    /// - Returns: How many events are given up.
    private func fail(_ error: BrokerError, _ count: Int) -> Int {
        // A connection that had been idle may have ended long ago: the first try anew is made at once.
        let wasConnected = isConnected
        broker.close()
        isConnected = false
        failures += 1
        let pauses = min(failures - (wasConnected ? 1 : 0), 8)
        let maxPause = max(options.retryPause, Self.shortestPause)
        nextTry = .now + Backoff(first: .milliseconds(200), maxPause: maxPause).pause(after: pauses)
        let isNews = lastSaid.map { $0.code != error.code || $0.time + .seconds(60) < .now } ?? true
        if isNews, !(wasConnected && failures == 1) {
            logger.log(
                level: options.logsAsError ? .error : .warning,
                options.keepsUnpublished
                    ? "The event broker does not take events; they wait in the outbox"
                    : "The event broker does not take events; they are dropped, as the endpoints ask for",
                metadata: ["broker": "\(broker.name)", "error": "\(error)"])
            lastSaid = (error.code, .now)
        }
        guard !options.keepsUnpublished, !(wasConnected && failures == 1) else { return 0 }
        failed += count
        return count
    }

    private func deadLetter(_ event: OutgoingEvent, _ error: BrokerError) {
        failed += 1
        var metadata: Logger.Metadata = [
            "broker": "\(broker.name)", "error": "\(error)", "conversation": "\(event.conversation)",
            "file": "\(refusedPath)",
        ]
        do throws(SystemError) {
            try keep(event.body)
            logger.error("The event broker refuses an event for good; it is put aside", metadata: metadata)
        } catch {
            // Waiting for room would hold up all others, and what they take on the disk.
            metadata["reason"] = "\(error)"
            metadata["event"] = "\(event.id)"
            logger.error(
                "The event broker refuses an event for good, and it cannot be put aside: it is lost to the broker",
                metadata: metadata)
        }
    }

    /// Adds an event to the file of those that were refused.
    private func keep(_ body: [UInt8]) throws(SystemError) {
        let file = open(refusedPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw SystemError() }
        defer { Glibc.close(file) }
        try File.append(lines: body + [UInt8(ascii: "\n")], to: file)
    }
}
