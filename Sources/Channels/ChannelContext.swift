package import EventLoops
import HTTPServer
package import NIOCore
package import Redis
package import WebClient

/// What channels share in one worker.
package struct ChannelContext: Sendable {
    /// The conversations.
    package let service: any ConversationService
    /// Calls the platforms.
    package let caller: OutboundHTTPClient
    /// Runs what goes on after an answer.
    package let background: BackgroundWork
    /// Knows messages that came before.
    package let recent: RecentMessages
    /// How many sessions of Socket.IO a worker may hold.
    package let maxSessions: Int
    /// Where workers meet; nil where there is only one.
    package let shared: SharedRedis?

    /// Redis as workers share it.
    package struct SharedRedis: Sendable {
        /// Where it is.
        package let configuration: RedisConfiguration
        /// Sends commands.
        package let client: RedisClient
        /// What the keys begin with.
        package let prefix: RedisKeyPrefix

        /// A server and a client of it.
        package init(configuration: RedisConfiguration, client: RedisClient, prefix: RedisKeyPrefix) {
            self.configuration = configuration
            self.client = client
            self.prefix = prefix
        }
    }

    /// A worker's channels over its conversations.
    package init(
        service: some ConversationService, caller: OutboundHTTPClient, executor: LoopTaskExecutor,
        shared: SharedRedis? = nil,
        limits: BackgroundWork.Limits = BackgroundWork.Limits(), maxSessions: Int = 10_000
    ) {
        self.service = service
        self.caller = caller
        self.shared = shared
        self.maxSessions = maxSessions
        background = BackgroundWork(executor: executor, limits: limits)
        recent = RecentMessages(shared: shared)
    }

    /// The loop of the worker.
    package var loop: any EventLoop { background.executor.loop }
}
