import Assistant
import Channels
import EventLoops
import HTTPServer
import Logging
import Prefork
import Redis
import Settings
import WebClient

/// The channels of one worker, and what they share; made after the fork, since connections belong to a process.
struct WorkerChannels: Sendable {
    let channels: [any Channel]
    private let context: ChannelContext

    /// Runs turns that go on after their requests.
    var background: BackgroundWork { context.background }

    /// Sends what channels and responses of requests send.
    var httpClient: OutboundHTTPClient { context.httpClient }

    /// - Parameter owner: The worker's name.
    /// - Throws: ``BootFailure`` that says what is wrong in the credentials.
    init(
        _ settings: RunSettings, conversations: Conversations, owner: String, executor: LoopTaskExecutor
    ) throws(BootFailure) {
        var shared: ChannelContext.SharedRedis?
        if case .redis(let redis) = settings.endpoints.lockStore {
            shared = ChannelContext.SharedRedis(
                configuration: redis.configuration,
                client: RedisClient(redis.configuration, eventLoop: executor.loop),
                prefix: RedisKeyPrefix(redis.keyPrefix), owner: owner)
        }
        context = ChannelContext(
            service: conversations, httpClient: OutboundHTTPClient(loop: executor.loop), executor: executor,
            shared: shared,
            limits: BackgroundWork.Limits(
                count: settings.requestLimits.server.requestsInFlight,
                bytes: settings.requestLimits.server.maxBufferedBodyBytes,
                perConversation: settings.requestLimits.waitingMessages),
            maxSessions: settings.requestLimits.server.connections)
        var channels: [any Channel] = []
        do throws(ChannelError) {
            for channel in settings.channels { channels.append(try AllChannels.channel(channel, context)) }
        } catch {
            throw BootFailure("\(error)", status: ExitStatus.configuration)
        }
        self.channels = channels
    }

    /// Tells platforms what they have to know.
    ///
    /// - Parameter isReplacement: Whether the worker takes another's place: platforms know it all then, and one that is
    ///   away must not keep the worker from serving.
    /// - Throws: ``BootFailure`` that names the channel.
    func start(isReplacement: Bool, logger: Logger) async throws(BootFailure) {
        for channel in channels {
            do {
                try await channel.start()
            } catch {
                guard isReplacement else { throw BootFailure("\(error)", status: ExitStatus.unavailable) }
                logger.error("A channel's platform did not respond", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Where replies go that no message asked for; nil where there is no such channel, or it can only answer.
    func output(named name: String?) -> (any OutputChannel)? {
        channels.sending(as: name)?.outgoing
    }

    /// Ends what would keep connections open.
    func leave(within patience: Duration) async {
        await withDiscardingTaskGroup { group in
            for channel in channels { group.addTask { await channel.leave(within: patience) } }
        }
    }

    /// Another worker of this server has died.
    func workerDied(owner: String) { for channel in channels { channel.workerDied(owner: owner) } }

    /// Waits for turns that go on after their requests, then ends the connections.
    func end(within patience: Duration) async {
        await context.background.finish(within: patience)
        for channel in channels { await channel.end() }
        await context.httpClient.close()
        await context.shared?.client.close()
    }
}
