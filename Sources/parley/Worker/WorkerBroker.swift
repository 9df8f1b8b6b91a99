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
    private let publisher: EventPublisher
    private let loop: any EventLoop
    private let logger: Logger

    /// - Throws: ``BootFailure`` where the outbox cannot be used; the broker itself may be away.
    init(
        _ settings: EventBrokerSettings, sql: SQLConfigurationSelection, loop: any EventLoop, logger: Logger
    ) throws(BootFailure) {
        let place = OutboxPlace(settings)
        let broker = try BrokerConfiguration.maker(settings, sql: sql)
        do throws(OutboxError) {
            OutboxDirectory.ignoreSizeSignals()
            let directory = try OutboxDirectory(path: place.path)
            outbox = try Outbox(in: directory, limit: settings.outboxLimit)
            var options = EventPublisher.Options()
            if case .rabbitMQ(let rabbitMQ) = settings.kind {
                options.keepsUnpublished = rabbitMQ.keepsUnpublished
                options.retryPause = rabbitMQ.retryDelay
                options.logsAsError = rabbitMQ.raisesOnFailure
            }
            publisher = EventPublisher(directory, options: options, logger: logger, broker: broker)
            try publisher.start()
        } catch {
            throw BootFailure(
                "\(settings.place): events cannot be kept for the broker: \(error); name another directory by 'outbox' in"
                    + " 'event_broker'",
                status: ExitStatus.unavailable)
        }
        self.loop = loop
        self.logger = logger
    }

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
