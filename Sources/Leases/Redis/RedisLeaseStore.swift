package import NIOCore
package import Redis
import Synchronization

/// Leases shared by all workers and hosts that use one Redis, in the keys and JSON of Rasa's `RedisLockStore`.
///
/// A turn costs one round trip for its lease (the take); the release is on its way when ``release(_:)`` returns and
/// nobody waits for its response. ``LeaseScripts`` says what is kept in Redis, ``LeaseMachine`` what a worker does.
///
/// A store belongs to one process: make it after `fork`.
package final class RedisLeaseStore: LeaseStore, @unchecked Sendable {
    // @unchecked: `waiters`, `timer`, `subscription` and `returned` are touched on the event loop only; the public
    // methods go there first. `machine` changes there too, and is behind a lock so that `isHeld` may ask from anywhere.

    /// The connection for commands, for its counters.
    package let client: RedisClient

    private let commands: LeaseCommands
    private let machine: Mutex<LeaseMachine>
    private let tickInterval: TimeAmount
    private let configuration: RedisConfiguration
    private var waiters: [Int: (continuation: CheckedContinuation<Lease, any Error>, repetitions: Int)] = [:]
    private var timer: RepeatedTask?
    private var subscription: RedisSubscription?
    private let returned: ReleasedTicketSweeper

    /// Microseconds for which a full queue is taken to be full.
    private static let fullTime = 50_000

    /// One call of ``acquire(_:)``, touched on the event loop only.
    private final class Call: @unchecked Sendable {
        var waiter: Int?
        var isCancelled = false
        let asked: @Sendable () -> Void
        init(_ asked: @escaping @Sendable () -> Void) { self.asked = asked }
    }

    /// - Parameters:
    ///   - configuration: The server; the database is 1 in Rasa unless told otherwise.
    ///   - prefix: Rasa's `key_prefix`.
    ///   - owner: A name that no other worker has or had, such as host, process id and a random part; of letters,
    ///     digits, `.`, `_` and `-`.
    ///   - eventLoop: Everything runs on it.
    package init(
        _ configuration: RedisConfiguration, prefix: RedisKeyPrefix = RedisKeyPrefix(nil), owner: String,
        settings: LeaseSettings = LeaseSettings(), eventLoop: any EventLoop
    ) {
        precondition(
            !owner.isEmpty
                && owner.utf8.allSatisfy {
                    switch $0 {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                        UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }, "the owner '\(owner)' of leases may have letters, digits, '.', '_' and '-' only")
        self.configuration = configuration
        let lifetime = max(settings.lifetime.microseconds, 100_000)
        let pollInterval = max(settings.pollInterval.microseconds, 10_000)
        commands = LeaseCommands(
            keys: LeaseKeys(prefix, database: configuration.database), owner: owner, lifetime: lifetime,
            waitingLimit: settings.waitingLimit)
        machine = Mutex(
            LeaseMachine(
                LeaseMachine.Settings(
                    lifetime: lifetime, pollInterval: pollInterval, waitingLimit: settings.waitingLimit,
                    fullTime: Self.fullTime)))
        tickInterval = .microseconds(Int64(min(pollInterval, lifetime / 6)))
        client = RedisClient(configuration, scripts: LeaseScripts.all, eventLoop: eventLoop)
        returned = ReleasedTicketSweeper(
            client, commands, pause: .microseconds(Int64(settings.returnCheck.microseconds)))
        onLoop { $0.listen() }
    }

    /// Takes a ticket at once and waits until it is first.
    ///
    /// - Throws: ``LeaseError``, or `CancellationError` where the task was cancelled meanwhile.
    package func acquire(_ conversation: String) async throws -> Lease {
        try await acquire(conversation) {}
    }

    /// As ``acquire(_:)``; what ``client`` is given from `asked` on is answered behind the take.
    package func acquire(_ conversation: String, asked: @escaping @Sendable () -> Void) async throws -> Lease {
        let call = Call(asked)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                onLoop { $0.enqueue(conversation, call, continuation) }
            }
        } onCancel: {
            onLoop { $0.cancel(call, conversation) }
        }
    }

    /// Whether the lease cannot have run out yet and was not seen to be lost.
    package func isHeld(_ lease: Lease) -> Bool {
        machine.withLock { $0.isHeld(lease, at: LeaseClock.sinceBoot()) }
    }

    /// Sends the ticket back, which wakes the next. While Redis is away it is tried until the ticket has run out.
    package func release(_ lease: Lease) async {
        if client.eventLoop.inEventLoop {
            tell { machine, now in machine.release(lease, at: now) }
        } else {
            await withCheckedContinuation { continuation in
                onLoop { store in
                    store.tell { machine, now in machine.release(lease, at: now) }
                    continuation.resume()
                }
            }
        }
    }

    /// Removes all tickets of another worker that has died, and wakes who waited for them.
    ///
    /// The dead worker's commands that reach Redis later are refused, so its name must not be used again.
    ///
    /// - Throws: ``LeaseError`` with `.storeUnreachable`; to be tried again then.
    package func releaseAll(owner: String) async throws {
        let call = commands.releaseAll(of: owner)
        do throws(RedisError) {
            _ = try await client.run(call.script, keys: call.keys, arguments: call.arguments)
        } catch {
            throw LeaseError(.storeUnreachable, error.message)
        }
    }

    /// Gives all tickets back, fails who still waits, and closes the connections.
    package func close() async {
        await withCheckedContinuation { continuation in
            onLoop { store in
                store.tell { machine, now in machine.close(at: now) }
                store.timer?.cancel()
                store.timer = nil
                store.returned.close()
                // Answered after the releases before it; whether it is answered does not matter.
                store.client.submit(["PING"]) { _ in continuation.resume() }
            }
        }
        await client.close()
        await withCheckedContinuation { continuation in
            onLoop { store in
                let subscription = store.subscription
                store.subscription = nil
                continuation.resume(returning: subscription)
            }
        }?.close()
    }

    private func onLoop(_ work: @escaping @Sendable (RedisLeaseStore) -> Void) {
        if client.eventLoop.inEventLoop {
            work(self)
        } else {
            client.eventLoop.execute { work(self) }
        }
    }

    private func enqueue(
        _ conversation: String, _ call: Call, _ continuation: CheckedContinuation<Lease, any Error>
    ) {
        defer { call.asked() }
        guard !call.isCancelled else { return continuation.resume(throwing: CancellationError()) }
        let (waiter, actions) = machine.withLock { $0.acquire(conversation, at: LeaseClock.sinceBoot()) }
        call.waiter = waiter
        waiters[waiter] = (continuation, client.repetitions)
        perform(actions)
        keepTime()
    }

    private func cancel(_ call: Call, _ conversation: String) {
        call.isCancelled = true
        guard let waiter = call.waiter, let (continuation, _) = waiters.removeValue(forKey: waiter) else { return }
        tell { machine, now in machine.cancel(waiter, of: conversation, at: now) }
        continuation.resume(throwing: CancellationError())
    }

    /// Reports an event to the machine and does what it says.
    private func tell(_ event: (inout LeaseMachine, Int) -> [LeaseAction]) {
        perform(machine.withLock { event(&$0, LeaseClock.sinceBoot()) })
    }

    private func perform(_ actions: [LeaseAction]) {
        for action in actions {
            switch action {
            case .send(let command): send(command)
            case .grant(let waiter, var lease):
                guard let (continuation, repetitions) = waiters.removeValue(forKey: waiter) else { break }
                // A script that had to be sent again was overtaken by what was sent behind it.
                lease.isImmediate = lease.isImmediate && repetitions == client.repetitions
                continuation.resume(returning: lease)
            case .fail(let waiter, let error):
                waiters.removeValue(forKey: waiter)?.continuation.resume(throwing: error)
            }
        }
    }

    private func send(_ command: LeaseCommand) {
        let call = commands.call(command)
        client.submit(call.script, keys: call.keys, arguments: call.arguments) { [weak self] result in
            self?.tell { machine, now in
                switch result {
                case .success(let value):
                    guard let reply = self?.commands.reply(to: command, value) else {
                        let words = "the lock store responded with something other than was asked for"
                        return machine.failed(command, .refused(words), at: now)
                    }
                    if case .release(let name) = command.step {
                        self?.returned.add(ReleasedTicketSweeper.Ticket(conversation: command.conversation, name: name))
                    }
                    return machine.completed(command, reply, at: now)
                case .failure(let error):
                    let failure: LeaseFailure =
                        error.code == .interrupted ? .interrupted(error.message) : .refused(error.message)
                    return machine.failed(command, failure, at: now)
                }
            }
        }
    }

    /// Lets the machine look at the time as long as it has something to watch.
    private func keepTime() {
        guard timer == nil else { return }
        timer = client.eventLoop.scheduleRepeatedTask(initialDelay: tickInterval, delay: tickInterval) {
            [weak self] task in
            guard let self, !machine.withLock({ $0.isIdle }) else {
                self?.timer = nil
                return task.cancel()
            }
            tell { machine, now in machine.tick(at: now) }
        }
    }

    private func listen() {
        let own = "\(commands.keys.channel):\(commands.owner)"
        subscription = RedisSubscription(
            configuration, channels: [commands.keys.channel, own], eventLoop: client.eventLoop
        ) { [weak self] event in
            switch event {
            case .started: self?.tell { machine, now in machine.listeningStarted(at: now) }
            case .message(own, let payload):
                guard let (name, conversation) = LeaseCommands.news(payload) else { return }
                self?.tell { machine, now in machine.isFirst(name, in: conversation, at: now) }
            case .message(_, let payload):
                let conversation = String(decoding: payload, as: UTF8.self)
                self?.tell { machine, now in machine.queueChanged(conversation, at: now) }
            }
        }
    }
}
