/// The channels by the names under which `credentials.yml` and `--connector` know them. Socket.IO, which is a server of
/// its own, is made beside them.
package enum ChannelCatalog {
    /// The names that are known: those of Rasa.
    package static let supported = [
        "rest", "cmdline", "callback", "facebook", "slack", "telegram", "twilio", "twilio_voice", "webexteams",
        "rocketchat", "mattermost", "hangouts", "socketio", "botframework", "rasa",
    ]

    /// The channel that some settings describe.
    ///
    /// - Throws: ``ChannelError`` where there is no such channel, or its settings cannot work.
    package static func channel(
        _ settings: ChannelSettings, _ context: ChannelContext
    ) throws(ChannelError) -> any Channel {
        let name = settings.name
        switch name {
        case "rest", "cmdline": return RESTChannel(name: name, service: context.service)
        case "callback": return try CallbackChannel(settings, context)
        case "facebook": return try FacebookChannel(settings, context)
        case "slack": return try SlackChannel(settings, context)
        case "telegram": return try TelegramChannel(settings, context)
        case "twilio": return try TwilioChannel(settings, context)
        case "twilio_voice": return try TwilioVoiceChannel(settings, context)
        case "webexteams": return try WebexChannel(settings, context)
        case "rocketchat": return try RocketChatChannel(settings, context)
        case "mattermost": return try MattermostChannel(settings, context)
        case "botframework": return try BotFrameworkChannel(settings, context)
        case "rasa":
            let callers = RasaChatCallers(
                base: try settings.base(settings.required("url"), key: "url"),
                platform: PlatformClient(context, channel: name),
                work: context.background)
            return RESTChannel(name: name, service: context.service, callers: callers)
        case "hangouts": return try HangoutsChannel(settings, context)
        default:
            throw ChannelError(
                .unknownChannel, channel: name,
                "There is no channel '\(name)'; the channels are \(supported.joined(separator: ", ")).")
        }
    }
}
