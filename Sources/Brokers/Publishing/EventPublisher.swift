import Glibc
package import Logging
import Synchronization

/// Brings the events of a directory's outboxes to the broker, on a thread of its own.
///
/// One process of those that share the directory publishes at a time; the others wait to take over. While the broker is
/// away the events stay where they are, and it is tried again with growing pauses.
package final class EventPublisher: Sendable {
    package struct Options: Sendable, Hashable {
        /// Whether events that the broker did not take are tried again; without, they are dropped (Rasa's
        /// `should_keep_unpublished_messages`).
        package var keepsUnpublished = true
        /// Whether an absent broker is an error, not only worth a warning (Rasa's `raise_on_failure`).
        package var logsAsError = false
        /// The longest pause between two tries.
        package var retryPause = Duration.seconds(5)

        /// Rasa's defaults.
        package init() {}
    }

    /// What has become of events, counted since the start of this process, and over all outboxes for those that wait.
    package struct Counters: Sendable, Hashable {
        /// Confirmed by the broker, through this process.
        package var published = 0
        /// Refused by the broker for good, or dropped because they are not to be kept.
        package var failed = 0
        /// In all outboxes of the directory; known only while this process publishes.
        package var waiting = 0
        /// Whether this process is the one that publishes.
        package var isPublishing = false
    }

    private struct State {
        var counters = Counters()
        var stopsAt: ContinuousClock.Instant?
        var hasEnded = false
    }

    private let directory: OutboxDirectory
    private let options: Options
    private let makeBroker: @Sendable () -> any EventBroker
    private let logger: Logger
    private let state = Mutex(State())

    /// How long a process that waits to take over looks again: the kernel could tell it at once, but a thread that
    /// sleeps in the kernel's queue for a file lock cannot be woken for its end.
    private static let pollInterval: UInt32 = 250
    private static let batch = 512

    /// A publisher for one directory.
    ///
    /// - Parameter broker: Makes the broker, on the publisher's thread.
    package init(
        _ directory: OutboxDirectory, options: Options, logger: Logger,
        broker: @escaping @Sendable () -> any EventBroker
    ) {
        self.directory = directory
        self.options = options
        self.logger = logger
        makeBroker = broker
    }

    /// Begins.
    ///
    /// - Throws: ``OutboxError`` where the system gives no thread.
    package func start() throws(OutboxError) {
        guard PublishingThread.start({ [self] in run() }) else { throw .system("start a thread for", directory.path) }
    }

    package var counters: Counters { state.withLock(\.counters) }

    /// Ends once nothing waits any more, or at the latest after some time; what waits then is for others, or for the
    /// next start.
    package func requestEnd(within patience: Duration) {
        state.withLock { $0.stopsAt = ContinuousClock.now + patience }
        directory.order.wake(OutboxDirectory.Word.alarm)
    }

    /// Whether the thread has come to its end.
    package var hasEnded: Bool { state.withLock(\.hasEnded) }

    private func run() {
        defer { state.withLock { $0.hasEnded = true } }
        while !isOutOfTime {
            do throws(OutboxError) {
                if let collector = try OutboxCollector(directory, logger: logger) {
                    return publish(from: collector)
                }
            } catch {
                logger.error("Events cannot be published; retrying", metadata: ["error": "\(error)"])
            }
            // The file's own word cannot be slept on here: it changes with every turn.
            poll(nil, 0, Int32(Self.pollInterval))
        }
    }

    private var isOutOfTime: Bool { state.withLock { $0.stopsAt.map { $0 <= ContinuousClock.now } ?? false } }
    private var isStopping: Bool { state.withLock { $0.stopsAt != nil } }

    private func publish(from collector: OutboxCollector) {
        let session = PublishingSession(
            broker: makeBroker(), options: options, refused: "\(directory.path)/refused", logger)
        defer {
            session.close()
            state.withLock { $0.counters.isPublishing = false }
        }
        while true {
            let seen = directory.order[OutboxDirectory.Word.alarm]
            let events = collector.collect(atMost: Self.batch)
            if !events.isEmpty {
                collector.acknowledge(events.prefix(session.publish(events.map(\.event))))
            } else {
                collector.deleteOrphans()
            }
            let waiting = collector.waiting
            state.withLock {
                $0.counters.published = session.published
                $0.counters.failed = session.failed
                $0.counters.waiting = waiting
                $0.counters.isPublishing = true
            }
            // At the end an absent broker is not waited for.
            if isStopping, events.isEmpty || session.isLost || isOutOfTime {
                if waiting > 0 {
                    logger.notice("Events wait in the outbox for the next start", metadata: ["events": "\(waiting)"])
                }
                return
            }
            if session.isUnavailable {
                let until = session.nextTry
                while ContinuousClock.now < until, !isStopping {
                    let now = directory.order[OutboxDirectory.Word.alarm]
                    directory.order.sleep(on: OutboxDirectory.Word.alarm, seen: now, atMost: Self.pollInterval)
                }
            } else if events.isEmpty {
                directory.order.sleep(on: OutboxDirectory.Word.alarm, seen: seen, atMost: 1000)
            }
        }
    }
}
