/// The channels by the names under which `credentials.yml` and `--connector` know them.
public enum ChannelCatalog {
    /// The names that Rasa knows and this version serves.
    public static let served = ["rest", "cmdline"]

    /// The names that Rasa knows and later versions will serve.
    public static let notServed = [
        "callback", "socketio", "rasa", "facebook", "slack", "telegram", "twilio", "twilio_voice", "botframework",
        "webexteams", "rocketchat", "mattermost", "hangouts",
    ]

    /// The channel of a name.
    ///
    /// - Throws: ``ChannelError``; with `.notServed` the others may still be served.
    public static func channel(
        named name: String, service: some ConversationService
    ) throws(ChannelError) -> any Channel {
        switch name {
        case "rest": return RESTChannel(service: service)
        case "cmdline": return RESTChannel(name: "cmdline", service: service)
        case _ where notServed.contains(name):
            throw ChannelError(
                .notServed, channel: name, "The channel '\(name)' is not served by this version of Parley.")
        default:
            throw ChannelError(
                .unknownChannel, channel: name,
                "There is no channel '\(name)'; the channels are \((served + notServed).joined(separator: ", ")).")
        }
    }
}
