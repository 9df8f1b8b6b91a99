import JSON
import WebClient

struct SlackSettings: Sendable {
    /// What one conversation is.
    enum Granularity: String {
        case sender, channel, thread
    }

    let signingSecret: String
    let channel: String?
    let usesThreads: Bool
    let granularity: Granularity
    let retryReasonHeader: String
    let retryCountHeader: String
    let ignoredRetryReasons: [String]
    let proxy: WebProxy?

    init(_ settings: ChannelSettings) throws(ChannelError) {
        signingSecret = try settings.required("slack_signing_secret")
        channel = try settings.text("slack_channel")
        usesThreads = settings.flag("use_threads")
        let granularity = try settings.text("conversation_granularity") ?? "sender"
        guard let granularity = Granularity(rawValue: granularity) else {
            throw settings.error("'conversation_granularity' must be sender, channel or thread, not '\(granularity)'")
        }
        self.granularity = granularity
        retryReasonHeader = try settings.text("slack_retry_reason_header") ?? "x-slack-retry-reason"
        retryCountHeader = try settings.text("slack_retry_number_header") ?? "x-slack-retry-num"
        proxy = try settings.text("proxy").map { (address) throws(ChannelError) in
            guard let proxy = WebProxy(address) else {
                throw settings.error("'proxy' of the channel 'slack' must be an address such as http://host:3128")
            }
            return proxy
        }
        // An empty list means the usual, as in Rasa.
        let reasons = try settings.texts("errors_ignore_retry") ?? []
        ignoredRetryReasons = reasons.isEmpty ? ["http_timeout"] : reasons
    }

    /// The conversation of a user's message.
    func conversation(_ user: String, _ origin: SlackOrigin) -> String {
        guard !user.isEmpty, let channel = origin.channel else { return user }
        switch granularity {
        case .sender: return user
        case .channel: return "\(user)_\(channel)"
        case .thread: return origin.thread.map { "\(user)_\(channel)_\($0)" } ?? user
        }
    }
}

struct SlackOrigin: Sendable {
    let channel: String?
    let thread: String?
    let users: [String]

    init(event: JSON, of body: JSON) {
        channel = event["channel"]?.string
        thread = event["thread_ts"]?.string ?? event["ts"]?.string
        if let users = body["authed_users"]?.array {
            self.users = users.compactMap(\.string)
        } else {
            users = [body["authorizations"]?.array?.first?["user_id"]?.string].compactMap { $0 }
        }
    }

    init(action payload: JSON) {
        channel = payload["channel"]?["id"]?.string
        thread = payload["message"]?["thread_ts"]?.string ?? payload["message"]?["ts"]?.string
        users = [payload["user"]?["id"]?.string].compactMap { $0 }
    }

    /// The same as the user event keeps it.
    var metadata: JSONObject {
        ["out_channel": .text(channel), "thread_id": .text(thread), "users": .array(users.map(JSON.string))]
    }
}
