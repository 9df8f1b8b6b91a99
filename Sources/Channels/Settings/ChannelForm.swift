import ExactText
import OrderedCollections
package import Settings
import WebClient
package import YAML

/// What the settings of a channel may say.
package struct ChannelForm {
    /// Keys without a value of which the channel cannot work.
    package var required: [String] = []
    /// Those of them that must be addresses.
    package var addresses: [String] = []
    /// Keys that are true or false.
    package var flags: [String] = []
    package var others: [String] = []
    /// Keys that keep strangers out.
    package var guarded: [String] = []

    package var known: [String] { required + flags + guarded + others }

    /// The form of a channel; an empty one where there is nothing to say.
    package static func of(_ channel: String) -> ChannelForm { forms[channel] ?? ChannelForm() }

    private static let forms: [ExactString: ChannelForm] = [
        "callback": ChannelForm(
            required: ["url"], addresses: ["url"], others: HTTPEndpoint.keys.filter { $0 != "url" }),
        "facebook": ChannelForm(required: ["verify", "secret", "page-access-token"], others: ["api_url"]),
        "slack": ChannelForm(
            required: ["slack_token", "slack_signing_secret"], flags: ["use_threads"],
            others: [
                "slack_channel", "proxy", "slack_retry_reason_header", "slack_retry_number_header",
                "errors_ignore_retry", "conversation_granularity", "api_url",
            ]),
        "telegram": ChannelForm(
            required: ["access_token", "verify", "webhook_url"], others: ["api_url"], guarded: ["secret_token"]),
        "twilio": ChannelForm(
            required: ["account_sid", "auth_token"], others: ["twilio_number", "api_url"], guarded: ["webhook_url"]),
        "twilio_voice": ChannelForm(
            others: [
                "initial_prompt", "reprompt_fallback_phrase", "assistant_voice", "speech_timeout", "speech_model",
                "enhanced", "auth_token",
            ], guarded: ["webhook_url"]),
        "webexteams": ChannelForm(required: ["access_token"], others: ["room", "api_url"], guarded: ["secret"]),
        "rocketchat": ChannelForm(
            required: ["user", "password", "server_url"], addresses: ["server_url"], guarded: ["webhook_token"]),
        "mattermost": ChannelForm(
            required: ["url", "token"], addresses: ["url"], others: ["webhook_url"], guarded: ["webhook_token"]),
        "hangouts": ChannelForm(others: ["certs_url"], guarded: ["project_id"]),
        "botframework": ChannelForm(required: ["app_id", "app_password"], others: ["openid_url", "api_url"]),
        "rasa": ChannelForm(required: ["url"], addresses: ["url"]),
        "socketio": ChannelForm(
            flags: ["session_persistence"],
            others: [
                "user_message_evt", "bot_message_evt", "namespace", "socketio_path", "jwt_method", "metadata_key",
            ], guarded: ["jwt_key"]),
    ]
}

extension ChannelSettings {
    /// What keeps the channel from being served: a credential that is missing or blank; nil where nothing does.
    package var blank: SettingsWarning? {
        let form = ChannelForm.of(name)
        for key in form.required {
            let text = value(key)?.text ?? ""
            let isAddress = text.prefixMatch(of: /https?:\/\//.ignoresCase()) != nil
            guard text.isEmpty || form.addresses.contains(key) && !isAddress else { continue }
            let what = text.isEmpty ? "has no '\(key)'" : "has a '\(key)' that does not begin with http:// or https://"
            return SettingsWarning(at: value(key)?.place ?? node.place, "the channel '\(name)' \(what)")
        }
        return nil
    }

    /// What the settings say that is passed over, or counts as something else than one would think.
    ///
    /// - Throws: `SourceError` for what is most likely a misspelt key that keeps strangers out.
    package func warnings() throws(SourceError) -> [SettingsWarning] {
        let form = ChannelForm.of(name)
        let mapping = node.mapping ?? [:]
        var warnings = try UnknownKeys.warnings(of: mapping, in: name, known: form.known, guarded: form.guarded)
        for key in form.flags {
            guard let value = value(key), !["true", "false"].contains(value.text?.lowercased()) else { continue }
            warnings.append(
                SettingsWarning(
                    at: value.place,
                    "'\(key)' of the channel '\(name)' should be true or false; it counts as \(flag(key)), as in Rasa"))
        }
        return warnings
    }
}
