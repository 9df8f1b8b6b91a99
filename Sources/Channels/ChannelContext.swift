public import HTTPServer
internal import NIOCore
public import Redis
public import WebClient

/// What channels share in one worker.
public struct ChannelContext: Sendable {
    /// The conversations.
    public let service: any ConversationService
    /// Calls the platforms.
    public let caller: HTTPCaller
    /// Runs what goes on after an answer.
    public let background: BackgroundWork
    /// Knows messages that came before.
    public let recent: RecentMessages
    /// How many sessions of Socket.IO a worker may hold.
    let maxSessions: Int
    /// Where workers meet; nil where there is only one.
    public let shared: SharedRedis?

    /// Redis as workers share it.
    public struct SharedRedis: Sendable {
        /// Where it is.
        public let configuration: RedisConfiguration
        /// Sends commands.
        public let client: RedisClient
        /// What the keys begin with.
        public let prefix: RedisKeyPrefix

        /// A server and a client of it.
        public init(configuration: RedisConfiguration, client: RedisClient, prefix: RedisKeyPrefix) {
            self.configuration = configuration
            self.client = client
            self.prefix = prefix
        }
    }

    /// A worker's channels over its conversations.
    public init(
        service: some ConversationService, caller: HTTPCaller, executor: LoopTaskExecutor, shared: SharedRedis? = nil,
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
    var loop: any EventLoop { background.executor.loop }
}
