import Assistant
import Channels
import EventLoops
import HTTPServer
import Leases
import Server
import Stores
import WebClient

/// Tries whether the channels have what they need. Their platforms are not called: some calls change how a platform
/// sends messages.
enum ChannelHealthChecks {
    static func checks(_ channels: [ChannelSettings], executor: LoopTaskExecutor) -> [HealthCheck] {
        channels.map { settings in
            HealthCheck(part: "channel", place: settings.name, advice: "correct the channel in the credentials") {
                let httpClient = OutboundHTTPClient(loop: executor.loop)
                let nothing = Conversations(
                    assistant: ActiveAssistant(nil), leases: InMemoryLeaseStore(), stores: InMemoryTrackerStore())
                let result = Result {
                    try AllChannels.channel(
                        settings, ChannelContext(service: nothing, httpClient: httpClient, executor: executor))
                }
                await httpClient.close()
                let channel = try result.get()
                await channel.end()
                return "at \(channel.prefix)"
            }
        }
    }
}
