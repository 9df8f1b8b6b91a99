package import NIOCore

/// A connection that receives the messages of some channels, made anew when it is lost.
///
/// A connection that only listens would not notice that its peer is gone, so it asks for a sign of life from time to
/// time. A subscription belongs to one process: make it after `fork`.
package final class RedisSubscription: @unchecked Sendable {
    // @unchecked: every variable below is touched on `eventLoop` only; the public methods go there first.

    package enum Event: Sendable, Hashable {
        /// Messages arrive from now on; those published before, or while the connection was lost, never will.
        case started
        case message(channel: String, payload: [UInt8])
    }

    /// The event loop on which events are reported.
    package let eventLoop: any EventLoop

    private let channels: [String]
    private let connector: RedisConnector
    private let signOfLife: TimeAmount
    private var report: ((Event) -> Void)?
    private var connection: RedisChannelHandler?
    private var backoff: RandomBackoff
    private var isClosed = false

    /// A subscription that connects at once and tries until it is closed.
    ///
    /// - Parameter report: Called on the event loop.
    package init(
        _ configuration: RedisConfiguration, channels: [String], eventLoop: any EventLoop,
        _ report: @escaping @Sendable (Event) -> Void
    ) {
        self.channels = channels
        self.eventLoop = eventLoop
        self.report = report
        connector = RedisConnector(configuration: configuration, scripts: [], eventLoop: eventLoop)
        signOfLife = TimeAmount(configuration.replyTimeout)
        backoff = RandomBackoff(maxPause: configuration.maxBackoff)
        onLoop { $0.connect() }
    }

    /// Ends the connection; nothing is reported afterwards.
    package func close() async {
        await withCheckedContinuation { continuation in
            onLoop { subscription in
                subscription.isClosed = true
                subscription.report = nil
                subscription.connection?.finish(RedisError(.closed, "the subscription was closed"))
                continuation.resume()
            }
        }
    }

    private func onLoop(_ work: @escaping @Sendable (RedisSubscription) -> Void) {
        if eventLoop.inEventLoop {
            work(self)
        } else {
            eventLoop.execute { work(self) }
        }
    }

    private func connect() {
        guard !isClosed else { return }
        connector.connect(onEnd: { [weak self] _ in self?.tryLater() }) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let connection): subscribe(connection)
            case .failure: tryLater()
            }
        }
    }

    private func tryLater() {
        connection = nil
        guard !isClosed else { return }
        eventLoop.assumeIsolated().scheduleTask(in: backoff.next()) { [weak self] in self?.connect() }
    }

    private func subscribe(_ connection: RedisChannelHandler) {
        guard !isClosed else { return connection.finish(RedisError(.closed, "the subscription was closed")) }
        self.connection = connection
        connection.receivePushes { [weak self] in self?.receive($0) }
        for (index, channel) in channels.enumerated() {
            connection.send(["SUBSCRIBE", .text(channel)]) { [weak self] result in
                switch result {
                case .failure(let error): connection.finish(error)
                case .success where index == (self?.channels.count ?? 0) - 1:
                    self?.backoff.reset()
                    self?.report?(.started)
                    self?.askForSignOfLife(connection)
                case .success: break
                }
            }
        }
    }

    private func askForSignOfLife(_ connection: RedisChannelHandler) {
        eventLoop.assumeIsolated().scheduleTask(in: signOfLife) { [weak self, weak connection] in
            guard let self, let connection, self.connection === connection else { return }
            connection.send(["PING"]) { [weak self] result in
                if case .success = result { self?.askForSignOfLife(connection) }
            }
        }
    }

    private func receive(_ reply: RedisValue) {
        guard let elements = reply.array, elements.count == 3, elements[0].string == "message",
            let channel = elements[1].string, let payload = elements[2].bytes
        else { return }
        report?(.message(channel: channel, payload: payload))
    }
}
