package import NIOCore
import Synchronization

/// Speaks to one Redis server over one connection that is made when it is first needed and made anew when it is lost.
///
/// Commands are pipelined: they reach Redis in the order in which they were submitted, and those of one turn of the
/// event loop leave in one write. A command that was sent when the connection was lost is never sent again by itself
/// (``RedisError/Code/interrupted``); one that was not sent yet waits for at most
/// ``RedisConfiguration/patience`` after the loss. A server that lets a command wait and is silent on a second
/// connection too counts as lost, long before the command's time is over; from then on commands fail at once, until
/// there is a connection again.
///
/// A client belongs to one process: make it after `fork`.
package final class RedisClient: @unchecked Sendable {
    // @unchecked: every variable below is touched on `eventLoop` only; the public methods go there first.

    /// The event loop on which the connection lives and completions are called.
    package let eventLoop: any EventLoop
    package let configuration: RedisConfiguration

    private enum State {
        case idle
        case connecting
        case ready(RedisChannelHandler)
        case pausing
        case closed
    }

    private struct Waiting {
        let command: [RedisArgument]
        let completion: Completion
    }

    private let connector: RedisConnector
    private let silenceCheck: SilenceCheck
    private let commands = Atomic<Int>(0)
    private let repeated = Atomic<Int>(0)
    private var state = State.idle
    private var waiting = CircularBuffer<Waiting>()
    private var backoff: RandomBackoff
    private var lossTime: NIODeadline?
    private var connectTime: NIODeadline?
    private var lastError: RedisError?
    private var isCheckingSilence = false

    /// What is called with the response, on the event loop.
    package typealias Completion = @Sendable (Result<RedisValue, RedisError>) -> Void

    /// A client that does not connect yet.
    ///
    /// - Parameters:
    ///   - scripts: Scripts made known to the server with every new connection.
    ///   - eventLoop: Everything runs on it; in a worker, its only one.
    package init(_ configuration: RedisConfiguration, scripts: [RedisScript] = [], eventLoop: any EventLoop) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        connector = RedisConnector(configuration: configuration, scripts: scripts, eventLoop: eventLoop)
        silenceCheck = SilenceCheck(
            connector: RedisConnector(configuration: configuration, scripts: [], eventLoop: eventLoop),
            eventLoop: eventLoop)
        backoff = RandomBackoff(maxPause: configuration.maxBackoff)
    }

    /// Commands submitted so far; with commands that nobody sends together, the round trips.
    package var commandCount: Int { commands.load(ordering: .relaxed) }

    /// How often a script had to be sent once more because Redis did not know it. Such a script comes behind commands
    /// that were submitted after it.
    package var repetitions: Int { repeated.load(ordering: .relaxed) }

    /// Whether the server refused the last connection: it is there, but not for whom the configuration names. On the
    /// event loop.
    package var wasRefused: Bool {
        eventLoop.assertInEventLoop()
        return lastError?.code == .refused
    }

    /// Sends a command; `completion` is called once. Submitted on the event loop, a command takes its place in the
    /// stream before this returns.
    package func submit(_ command: [RedisArgument], _ completion: @escaping Completion) {
        commands.add(1, ordering: .relaxed)
        onLoop { $0.enqueue(command, completion) }
    }

    /// Runs a script, by its digest if Redis knows it, by its source otherwise.
    package func submit(
        _ script: RedisScript, keys: [RedisArgument], arguments: [RedisArgument], _ completion: @escaping Completion
    ) {
        submit(script.command(bySource: false, keys: keys, arguments: arguments)) { [weak self] result in
            guard case .failure(let error) = result, error.code == .refused, error.message.contains("NOSCRIPT"),
                let self
            else { return completion(result) }
            repeated.add(1, ordering: .relaxed)
            submit(script.command(bySource: true, keys: keys, arguments: arguments), completion)
        }
    }

    /// Sends a command and waits for the response.
    ///
    /// - Throws: ``RedisError``; an error reply of Redis is thrown with `.refused`.
    package func send(_ command: [RedisArgument]) async throws(RedisError) -> RedisValue {
        try await withCheckedContinuation { continuation in
            submit(command) { continuation.resume(returning: $0) }
        }.get()
    }

    /// Runs a script and waits for the response.
    ///
    /// - Throws: ``RedisError``; an error reply of Redis is thrown with `.refused`.
    package func run(
        _ script: RedisScript, keys: [RedisArgument], arguments: [RedisArgument]
    ) async throws(RedisError) -> RedisValue {
        try await withCheckedContinuation { continuation in
            submit(script, keys: keys, arguments: arguments) { continuation.resume(returning: $0) }
        }.get()
    }

    /// Ends the connection; commands without a response fail with `.closed`.
    package func close() async {
        await withCheckedContinuation { continuation in
            onLoop { client in
                client.end()
                continuation.resume()
            }
        }
    }

    private func onLoop(_ work: @escaping @Sendable (RedisClient) -> Void) {
        if eventLoop.inEventLoop {
            work(self)
        } else {
            eventLoop.execute { work(self) }
        }
    }

    private func enqueue(_ command: [RedisArgument], _ completion: @escaping Completion) {
        switch state {
        case .ready(let connection): connection.send(command, completion)
        case .closed: completion(.failure(closed))
        case .idle:
            waiting.append(Waiting(command: command, completion: completion))
            connect()
        case .connecting, .pausing:
            if let lossTime, NIODeadline.now() - lossTime > TimeAmount(configuration.patience) {
                completion(.failure(unreachable))
            } else {
                waiting.append(Waiting(command: command, completion: completion))
            }
        }
    }

    private func connect() {
        state = .connecting
        if lossTime == nil { lossTime = .now() }
        watchPatience()
        connector.connect(onEnd: { [weak self] error in self?.lost(error) }) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let connection): connected(connection)
            case .failure(let error): lost(error)
            }
        }
    }

    private func connected(_ connection: RedisChannelHandler) {
        guard case .connecting = state else { return connection.finish(closed) }
        state = .ready(connection)
        connectTime = .now()
        lossTime = nil
        connection.onSilence = { [weak self, weak connection] since in
            guard let self, let connection else { return }
            checkSilence(of: connection, since: since)
        }
        while let next = waiting.popFirst() { connection.send(next.command, next.completion) }
    }

    /// A command has waited for a while: its server may be slow, or gone without a word.
    private func checkSilence(of connection: RedisChannelHandler, since beginning: NIODeadline) {
        guard !isCheckingSilence else { return }
        isCheckingSilence = true
        silenceCheck.begin { [weak self, weak connection] isThere in
            guard let self else { return }
            isCheckingSilence = false
            guard !isThere, let connection, isReady(connection) else { return }
            // Who comes now has not to wait for what others have waited for already.
            lossTime = beginning
            connection.finish(RedisError(.interrupted, "\(configuration.place) does not respond"))
        }
    }

    private func isReady(_ connection: RedisChannelHandler) -> Bool {
        guard case .ready(let ready) = state else { return false }
        return ready === connection
    }

    private func lost(_ error: RedisError) {
        if case .closed = state { return }
        lastError = error
        // A server that ends every connection at once is not to be asked all the time.
        if let connectTime, NIODeadline.now() - connectTime > .seconds(1) { backoff.reset() }
        connectTime = nil
        if lossTime == nil { lossTime = .now() }
        state = .pausing
        watchPatience()
        eventLoop.assumeIsolated().scheduleTask(in: backoff.next()) { [weak self] in
            guard let self, case .pausing = state else { return }
            connect()
        }
    }

    /// Fails what has waited for a connection for too long.
    private func watchPatience() {
        guard let lossTime else { return }
        let deadline = lossTime + TimeAmount(configuration.patience)
        guard deadline > .now() else { return failWaiting(unreachable) }
        eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            guard let self, self.lossTime == lossTime else { return }
            failWaiting(unreachable)
        }
    }

    private func end() {
        if case .closed = state { return }
        let before = state
        state = .closed
        if case .ready(let connection) = before { connection.finish(closed) }
        failWaiting(closed)
    }

    private func failWaiting(_ error: RedisError) {
        let failed = waiting
        waiting.removeAll()
        for command in failed { command.completion(.failure(error)) }
    }

    private var unreachable: RedisError {
        RedisError(.unreachable, lastError?.message ?? configuration.silence)
    }

    private var closed: RedisError { RedisError(.closed, "\(configuration.place): the client was closed") }
}
