import ExactText
import Training

/// How the assistant is trained and what it is connected to.
extension StarterProject {
    static func config(assistantID: String) -> String {
        """
        # How messages are understood and actions chosen.
        recipe: default.v1
        # Events carry this name, which tells this assistant from others.
        assistant_id: \(assistantID)
        language: en

        # The components that understand messages.
        pipeline:
        \(indented(pipeline))

        # The policies that choose actions.
        policies:
        \(indented(DefaultConfiguration.policies))

        """
    }

    /// The default pipeline, whose response selector would have nothing to learn.
    private static var pipeline: String {
        var entries: [String] = []
        var isSelector = false
        for line in DefaultConfiguration.pipeline.exact.split(separator: "\n").map(String.init) {
            if line.exact.hasPrefix("- ") {
                isSelector = line.exact == "- name: ResponseSelector"
                if isSelector {
                    entries.append("# For frequent questions with one response each, see 'retrieval intents':")
                }
            }
            entries.append(isSelector ? "# \(line)" : line)
        }
        return entries.joined(separator: "\n")
    }

    private static func indented(_ entries: String) -> String {
        entries.exact.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    }

    static let endpoints = """
        # What the assistant is connected to. Remove the # before what you use.

        # The server of custom actions: python -m rasa_sdk --actions actions
        #action_endpoint:
        #  url: "http://localhost:5055/webhook"

        # More than one worker needs Redis for locks, and for conversations Redis or a database.
        #lock_store:
        #  type: redis
        #  url: localhost
        #  port: 6379
        #tracker_store:
        #  type: redis
        #  url: localhost
        #  port: 6379

        # Where all events are published.
        #event_broker:
        #  type: pika
        #  url: localhost
        #  username: guest
        #  password: ${RABBITMQ_PASSWORD}
        #  queues: [events]

        """

    static let credentials = """
        # The channels over which messages come. Remove the # before what you use.

        # POST /webhooks/rest/webhook; needs nothing else.
        rest:

        #socketio:
        #  user_message_evt: user_uttered
        #  bot_message_evt: bot_uttered
        #  session_persistence: true

        """

    static let actions = """
        \"\"\"Custom actions: subclasses of rasa_sdk.Action, listed under 'actions' in domain.yml.\"\"\"

        """
}
