package import Channels
import SocketIO

package enum AllChannels {
    /// The channel that some settings describe.
    ///
    /// - Throws: ``ChannelError`` where there is no such channel, or its settings cannot work.
    package static func channel(_ settings: ChannelSettings, _ context: ChannelContext) throws(ChannelError)
        -> any Channel
    {
        settings.name == "socketio"
            ? try SocketIOChannel(settings, context) : try ChannelCatalog.channel(settings, context)
    }
}
