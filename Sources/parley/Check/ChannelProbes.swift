import Assistant
import Channels
import EventLoops
import HTTPServer
import Leases
import Stores
import WebClient

/// Tries whether the channels have what they need. Their platforms are not called: some calls change how a platform
/// sends messages.
enum ChannelProbes {
    static func probes(_ channels: [ChannelSettings], executor: LoopTaskExecutor) -> [HealthCheck] {
        channels.map { settings in
            HealthCheck(part: "channel", place: settings.name, advice: "correct the channel in the credentials") {
                let caller = OutboundHTTPClient(loop: executor.loop)
                let nothing = Conversations(
                    assistant: ActiveAssistant(nil), leases: InMemoryLeaseStore(), stores: InMemoryTrackerStore())
                let result = Result {
                    try AllChannels.channel(
                        settings, ChannelContext(service: nothing, caller: caller, executor: executor))
                }
                await caller.close()
                let channel = try result.get()
                await channel.end()
                return "served at \(channel.prefix)"
            }
        }
    }
}
