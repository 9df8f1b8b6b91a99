import ExactText
package import JSON
import System

/// Something that happened in a conversation. The events of a conversation, applied in order, are its whole state;
/// the kinds and their JSON are those of Rasa 3.6.
package struct Event: Sendable, Hashable {
    /// Conversations are long and copied often, so an event is one reference to what never changes.
    private final class Content: Sendable {
        let timestamp: Double
        let metadata: JSONObject
        let body: Body

        init(_ timestamp: Double, _ metadata: JSONObject, _ body: Body) {
            self.timestamp = timestamp
            self.metadata = metadata
            self.body = body
        }
    }

    private var content: Content

    /// Seconds since 1970.
    package var timestamp: Double {
        get { content.timestamp }
        set { content = Content(newValue, content.metadata, content.body) }
    }

    /// Free facts about the event, `model_id` and `assistant_id` among them; empty where there are none.
    package var metadata: JSONObject {
        get { content.metadata }
        set { content = Content(content.timestamp, newValue, content.body) }
    }

    package var body: Body {
        get { content.body }
        set { content = Content(content.timestamp, content.metadata, newValue) }
    }

    package enum Body: Sendable, Hashable {
        /// A message from the user, with what was understood.
        case user(UserUttered)
        case bot(BotUttered)
        case action(ActionExecuted)
        case slot(SlotSet)
        /// A loop (form) begins, or with nil the active one ends.
        case activeLoop(name: String?)
        /// Whether the active loop was left for another response and needs no validation of the message; nil means no.
        case loopInterrupted(Bool?)
        case actionExecutionRejected(ActionExecutionRejected)
        case restart
        case sessionStarted
        /// The last user message and all that followed is taken back (`rewind`).
        case userUtteranceReverted
        /// The last action and all that followed is taken back (`undo`).
        case actionReverted
        /// All slots are back at their initial values.
        case allSlotsReset
        /// The action that must run next.
        case followup(name: String?)
        /// The assistant stays silent until it is resumed.
        case pause
        case resume
        /// The conversation was to be written to a file (`export`); Parley writes none.
        case storyExported(path: String?)
        /// An intent is to be triggered later.
        case reminder(ReminderScheduled)
        case cancelReminder(ReminderCancelled)
        /// Whether the next action was predicted from the text of the last message instead of its intent.
        case userFeaturization(useText: Bool?)
        /// Entities that a policy found in the last message.
        case entities(EntitiesAdded)
        /// A message to the user from a human.
        case agent(AgentUttered)
    }

    /// An event of now, unless told otherwise.
    package init(_ body: Body, timestamp: Double? = nil, metadata: JSONObject = [:]) {
        content = Content(timestamp ?? WallClock.now(), metadata, body)
    }

    /// Whether kind, time, metadata and all that the event says are the same.
    package static func == (one: Event, other: Event) -> Bool {
        one.content === other.content
            || one.timestamp == other.timestamp && one.body == other.body && one.json == other.json
    }

    /// Feeds time and kind to the hasher.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(timestamp)
        hasher.combine(body)
    }

    /// Rasa's name of the kind, the value of `event` in JSON.
    package var typeName: String {
        switch body {
        case .user: "user"
        case .bot: "bot"
        case .action: "action"
        case .slot: "slot"
        case .activeLoop: "active_loop"
        case .loopInterrupted: "loop_interrupted"
        case .actionExecutionRejected: "action_execution_rejected"
        case .restart: "restart"
        case .sessionStarted: "session_started"
        case .userUtteranceReverted: "rewind"
        case .actionReverted: "undo"
        case .allSlotsReset: "reset_slots"
        case .followup: "followup"
        case .pause: "pause"
        case .resume: "resume"
        case .storyExported: "export"
        case .reminder: "reminder"
        case .cancelReminder: "cancel_reminder"
        case .userFeaturization: "user_featurization"
        case .entities: "entities"
        case .agent: "agent"
        }
    }

    /// The action, if this is one that has run.
    package var action: ActionExecuted? {
        guard case .action(let action) = body else { return nil }
        return action
    }

    /// The message, if this is one from the user.
    package var user: UserUttered? {
        guard case .user(let message) = body else { return nil }
        return message
    }

    /// The slot with its new value, if this sets one.
    package var slot: SlotSet? {
        guard case .slot(let slot) = body else { return nil }
        return slot
    }

    /// Whether this says that an action declined to run.
    package var isRejection: Bool {
        if case .actionExecutionRejected = body { true } else { false }
    }

    /// Whether this says that the named action has run.
    package func isAction(_ name: String) -> Bool { action?.name?.exact == name.exact }
}
