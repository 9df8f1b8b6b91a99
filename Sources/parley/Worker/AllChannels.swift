import Channels
import SocketIO

/// Every channel that can be configured.
enum AllChannels {
    /// The channel that some settings describe.
    ///
    /// - Throws: ``ChannelError`` where there is no such channel, or its settings cannot work.
    static func channel(_ settings: ChannelSettings, _ context: ChannelContext) throws(ChannelError) -> any Channel {
        settings.name == "socketio"
            ? try SocketIOChannel(settings, context) : try ChannelCatalog.channel(settings, context)
    }
}
