package import EventLoops
import HTTPServer
package import NIOCore
package import Redis
import System
package import WebClient

package struct ChannelContext: Sendable {
    package let service: any ConversationService
    package let httpClient: OutboundHTTPClient
    /// Runs what goes on after a response.
    package let background: BackgroundWork
    package let recent: RecentMessages
    /// How many sessions of Socket.IO a worker may hold.
    package let maxSessions: Int
    /// Where workers meet; nil where there is only one.
    package let shared: SharedRedis?

    /// Redis as workers share it.
    package struct SharedRedis: Sendable {
        package let configuration: RedisConfiguration
        package let client: RedisClient
        package let prefix: RedisKeyPrefix
        /// The name of this worker; no other worker, of any server, at any time, has the same.
        package let owner: String

        package init(
            configuration: RedisConfiguration, client: RedisClient, prefix: RedisKeyPrefix,
            owner: String = RandomID.hex()
        ) {
            self.configuration = configuration
            self.client = client
            self.prefix = prefix
            self.owner = owner
        }
    }

    package init(
        service: some ConversationService, httpClient: OutboundHTTPClient, executor: LoopTaskExecutor,
        shared: SharedRedis? = nil,
        limits: BackgroundWork.Limits = BackgroundWork.Limits(), maxSessions: Int = 10_000
    ) {
        self.service = service
        self.httpClient = httpClient
        self.shared = shared
        self.maxSessions = maxSessions
        background = BackgroundWork(executor: executor, limits: limits)
        recent = RecentMessages(shared: shared)
    }

    package var loop: any EventLoop { background.executor.loop }
}
