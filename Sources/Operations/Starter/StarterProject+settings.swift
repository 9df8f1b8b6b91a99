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
          - name: WhitespaceTokenizer
          - name: RegexFeaturizer
          - name: LexicalSyntacticFeaturizer
          - name: CountVectorsFeaturizer
          - name: CountVectorsFeaturizer
            analyzer: char_wb
            min_ngram: 1
            max_ngram: 4
          - name: DIETClassifier
            epochs: 100
            constrain_similarities: true
          - name: EntitySynonymMapper
          # For frequent questions with one response each, see 'retrieval intents':
          # - name: ResponseSelector
          #   epochs: 100
          #   constrain_similarities: true
          - name: FallbackClassifier
            threshold: 0.3
            ambiguity_threshold: 0.1

        # The policies that choose actions.
        policies:
        \(indented(DefaultConfiguration.policies))

        """
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
