import Assistant
import Brokers
import Dialogue
import Logging
import NIOCore
import Prefork
import Settings

/// The way of one worker's events to the broker; made after the fork, since files and threads belong to a process.
final class WorkerBroker: EventOutbox {
    private let outbox: Outbox
    /// Held for as long as the outbox is written to.
    private let claim: OutboxClaim
    private let publisher: EventPublisher
    private let loop: any EventLoop
    private let logger: Logger

    /// How long a new server waits for one before it whose workers are finishing their turns.
    private static let patience = Duration.seconds(20)

    /// - Parameter server: What tells this server from others, see ``OutboxClaim``.
    /// - Throws: ``BootFailure`` where the outbox cannot be used; the broker itself may be away.
    static func open(
        _ settings: EventBrokerSettings, server: String, sql: SQLConfigurationSelection, loop: any EventLoop,
        logger: Logger
    ) async throws(BootFailure) -> WorkerBroker {
        let broker = try BrokerConfiguration.maker(settings, sql: sql)
        do throws(OutboxError) {
            let (path, isTemporary) = try OutboxPath(settings).choose()
            if isTemporary {
                logger.warning(
                    "Events wait for the broker among temporary files; in a container, mount a volume at /var/lib/parley",
                    metadata: ["directory": "\(path)"])
            }
            OutboxDirectory.ignoreSizeSignals()
            let claim = try await claim(of: path, by: server, loop: loop, logger: logger)
            return try WorkerBroker(settings, path: path, claim: claim, loop: loop, logger: logger, broker: broker)
        } catch {
            throw BootFailure(
                "\(settings.place): events cannot be kept for the broker: \(error); name another directory by 'outbox' in"
                    + " 'event_broker'",
                status: ExitStatus.unavailable)
        }
    }

    private static func claim(
        of path: String, by server: String, loop: any EventLoop, logger: Logger
    ) async throws(OutboxError) -> OutboxClaim {
        let deadline = ContinuousClock.now + patience
        var isWaiting = false
        while true {
            do throws(OutboxError) {
                return try OutboxClaim(of: path, by: server)
            } catch {
                guard error.code == .inUse, ContinuousClock.now < deadline else { throw error }
            }
            if !isWaiting {
                logger.warning(
                    "Another server has the outbox directory; waiting for its end", metadata: ["directory": "\(path)"])
            }
            isWaiting = true
            try? await loop.scheduleTask(in: .milliseconds(100)) {}.futureResult.get()
        }
    }

    private init(
        _ settings: EventBrokerSettings, path: String, claim: OutboxClaim, loop: any EventLoop, logger: Logger,
        broker: @escaping @Sendable () -> any EventBroker
    ) throws(OutboxError) {
        let directory = try OutboxDirectory(path: path)
        outbox = try Outbox(in: directory, limit: settings.outboxLimit)
        var options = EventPublisher.Options()
        if case .rabbitMQ(let rabbitMQ) = settings.kind {
            options.keepsUnpublished = rabbitMQ.keepsUnpublished
            options.retryPause = rabbitMQ.retryDelay
            options.logsAsError = rabbitMQ.raisesOnFailure
        }
        publisher = EventPublisher(directory, options: options, logger: logger, broker: broker)
        self.claim = claim
        self.loop = loop
        self.logger = logger
        try publisher.start()
    }

    /// What has become of events; see ``EventPublisher/Counters``.
    var counters: EventPublisher.Counters { publisher.counters }

    func reserve(
        _ bodies: [[UInt8]], of conversation: String
    ) throws(ConversationError) -> any ReservedEvents {
        do throws(OutboxError) {
            return ReservedRoom(
                outbox: outbox, reservation: try outbox.reserve(bodies, of: conversation), logger: logger)
        } catch {
            throw ReservedRoom.failure(error, logger)
        }
    }

    /// Publishes what is left, for at most some time; what remains is for the other workers or the next start.
    func end(within patience: Duration) async {
        publisher.requestEnd(within: patience)
        let deadline = ContinuousClock.now + patience + .seconds(1)
        while !publisher.hasEnded, ContinuousClock.now < deadline {
            try? await loop.scheduleTask(in: .milliseconds(10)) {}.futureResult.get()
        }
        let counters = publisher.counters
        if counters.published + counters.failed > 0 {
            logger.info(
                "This worker has published events",
                metadata: ["published": "\(counters.published)", "failed": "\(counters.failed)"])
        }
    }
}

/// Room in the outbox for the events of one turn.
private struct ReservedRoom: ReservedEvents {
    let outbox: Outbox
    let reservation: Outbox.Reservation
    let logger: Logger

    func keep() throws(ConversationError) {
        do throws(OutboxError) {
            try outbox.write(reservation)
        } catch {
            throw Self.failure(error, logger)
        }
    }

    func cancel() { outbox.cancel(reservation) }

    static func failure(_ error: OutboxError, _ logger: Logger) -> ConversationError {
        logger.error("Events cannot be kept for the broker; the message is refused", metadata: ["error": "\(error)"])
        return ConversationError(.noRoomForEvents, "Events cannot be kept for the event broker: \(error)")
    }
}
