import ExactText
import NIOCore

/// One connection: writes commands, matches replies to them in order, and watches the time that responses take.
///
/// Commands that are sent within one turn of the event loop, or by tasks that this turn wakes, leave in one write.
/// After ``receivePushes(_:)`` replies that belong to no command are messages of a subscription.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias Completion = (Result<RedisValue, RedisError>) -> Void

    private let place: String
    private let replyTimeout: TimeAmount
    private let reader: ReplyReader
    private let onEnd: (RedisError) -> Void
    private var context: ChannelHandlerContext?
    private var inFlight = CircularBuffer<(completion: Completion, sentAt: NIODeadline)>()
    private var outgoing = ByteBuffer()
    private var isFlushScheduled = false
    private var isWatchingTime = false
    private var end: RedisError?
    private var onPush: ((RedisValue) -> Void)?
    /// Called again and again while the oldest command has waited longer than ``SilenceCheck/patience``, with the time
    /// when it was sent.
    var onSilence: ((NIODeadline) -> Void)?

    /// - Parameters:
    ///   - onEnd: Called once when the connection is over, before its commands fail.
    init(place: String, replyTimeout: Duration, onEnd: @escaping (RedisError) -> Void) throws(RedisError) {
        self.place = place
        self.replyTimeout = TimeAmount(replyTimeout)
        self.onEnd = onEnd
        reader = try ReplyReader()
    }

    /// Sends a command. `completion` is called once, on the event loop, in the order of the calls.
    func send(_ arguments: [RedisArgument], _ completion: @escaping Completion) {
        guard let context, end == nil else {
            completion(.failure(end ?? RedisError(.unreachable, "\(place): the connection is not open")))
            return
        }
        outgoing.write(command: arguments)
        inFlight.append((completion, .now()))
        scheduleFlush(context)
        watchTime(context)
    }

    /// From now on replies without a command go to `receive`.
    func receivePushes(_ receive: @escaping (RedisValue) -> Void) { onPush = receive }

    /// Ends the connection; commands without a response fail with `error`.
    func finish(_ error: RedisError) {
        guard end == nil else { return }
        end = error
        context?.close(promise: nil)
        onPush = nil
        onSilence = nil
        let failed = inFlight
        inFlight.removeAll()
        // First, so that what is sent again by whom it failed waits for another connection.
        onEnd(error)
        for command in failed { command.completion(.failure(error)) }
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard end == nil else { return }
        do throws(RedisError) {
            try unwrapInboundIn(data).withUnsafeReadableBytes { (bytes) throws(RedisError) in try reader.feed(bytes) }
            while end == nil, let reply = try reader.next() { deliver(reply) }
        } catch {
            finish(RedisError(error.code, "\(place): \(error.message)"))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(RedisError(.interrupted, "\(place): the connection was closed by the other side"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A peer that ends without the last word of TLS has still answered all that it answered.
        finish(RedisError(.interrupted, "\(place): \(FailureWords.of(error))"))
    }

    private func deliver(_ reply: RedisValue) {
        // Messages of a subscription come between responses; only their first word tells them apart.
        if let onPush, inFlight.isEmpty || Self.isMessage(reply) {
            onPush(reply)
        } else if let command = inFlight.popFirst() {
            if case .error(let words) = reply {
                let isUnfit = Self.isUnfit(words)
                let error = RedisError(isUnfit ? .interrupted : .refused, "\(place) responded: \(words)")
                command.completion(.failure(error))
                if isUnfit { finish(error) }
            } else {
                command.completion(.success(reply))
            }
        } else {
            finish(RedisError(.interrupted, "\(place): a response came that nobody asked for"))
        }
    }

    /// Whether the server cannot serve anybody at present: it became a replica, or is reading what it had on disk. A
    /// connection made anew finds the one that can, or waits until this one can.
    private static func isUnfit(_ words: String) -> Bool {
        words.contains("READONLY ") || words.exact.hasPrefix("LOADING ") || words.exact.hasPrefix("MASTERDOWN ")
    }

    private static func isMessage(_ reply: RedisValue) -> Bool {
        guard case .array(let elements) = reply, elements.count == 3, case .bytes(let kind)? = elements.first else {
            return false
        }
        return kind.elementsEqual("message".utf8)
    }

    private func scheduleFlush(_ context: ChannelHandlerContext) {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        let loop = context.eventLoop.assumeIsolated()
        // Put behind twice, so that tasks which are woken beside the first command can send theirs with it.
        loop.execute { [self] in loop.execute { [self] in flush() } }
    }

    private func flush() {
        isFlushScheduled = false
        guard end == nil, let context else { return }
        let bytes = outgoing
        outgoing = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    private func watchTime(_ context: ChannelHandlerContext) {
        guard !isWatchingTime, let first = inFlight.first else { return }
        isWatchingTime = true
        let now = NIODeadline.now()
        let suspicion = first.sentAt + SilenceCheck.patience
        let due = min(first.sentAt + replyTimeout, suspicion > now ? suspicion : now + SilenceCheck.patience)
        context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { [self] in
            isWatchingTime = false
            guard end == nil, let context = self.context, let first = inFlight.first else { return }
            let now = NIODeadline.now()
            if first.sentAt + replyTimeout <= now {
                return finish(
                    RedisError(.interrupted, "\(place) did not respond in \(replyTimeout.nanoseconds / 1_000_000) ms"))
            }
            if first.sentAt + SilenceCheck.patience <= now { onSilence?(first.sentAt) }
            watchTime(context)
        }
    }
}
