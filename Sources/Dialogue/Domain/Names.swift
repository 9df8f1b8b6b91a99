public import ExactText

/// The names of the actions that every assistant has.
public enum DefaultAction {
    /// Waits for the user.
    public static let listen = "action_listen"
    /// Starts the conversation over.
    public static let restart = "action_restart"
    /// Begins a session.
    public static let sessionStart = "action_session_start"
    /// Says that nothing was understood and takes the message back.
    public static let defaultFallback = "action_default_fallback"
    /// Ends the active loop.
    public static let deactivateLoop = "action_deactivate_loop"
    /// Takes the events of a two-stage fallback back.
    public static let revertFallbackEvents = "action_revert_fallback_events"
    /// Asks whether the likeliest intent was meant.
    public static let askAffirmation = "action_default_ask_affirmation"
    /// Asks to say it in other words.
    public static let askRephrase = "action_default_ask_rephrase"
    /// Asks for affirmation, then for other words.
    public static let twoStageFallback = "action_two_stage_fallback"
    /// Marks an intent that does not fit the conversation.
    public static let unlikelyIntent = "action_unlikely_intent"
    /// Takes the last exchange back.
    public static let back = "action_back"
    /// Fills slots from the message.
    public static let extractSlots = "action_extract_slots"
    /// Marks gaps in rules.
    public static let ruleSnippet = "..."
    /// A user's own check of the filled slots; no default, but of a fixed name.
    public static let validateSlotMappings = "action_validate_slot_mappings"

    /// All default actions in the order of their indices.
    public static let names = [
        listen, restart, sessionStart, defaultFallback, deactivateLoop, revertFallbackEvents, askAffirmation,
        askRephrase, twoStageFallback, unlikelyIntent, back, ruleSnippet, extractSlots,
    ]
}

/// The names of the slots that Rasa adds to every domain.
public enum DefaultSlot {
    /// The slot that a form asks for.
    public static let requestedSlot = "requested_slot"
    /// The metadata of the message that began the session.
    public static let sessionStartedMetadata = "session_started_metadata"
    /// The slots of the knowledge base action.
    public static let knowledgeBase = [
        "knowledge_base_listed_objects", "knowledge_base_last_object", "knowledge_base_last_object_type",
    ]
    /// All of them: no message fills these.
    public static let names = Set<ExactString>(knowledgeBase + [requestedSlot, sessionStartedMetadata])
}

/// The names of the intents that every domain has.
public enum DefaultIntent {
    /// Starts the conversation over.
    public static let restart = "restart"
    /// Takes the last exchange back.
    public static let back = "back"
    /// Something that the assistant is not made for.
    public static let outOfScope = "out_of_scope"
    /// Begins a session.
    public static let sessionStart = "session_start"
    /// No intent was understood well enough.
    public static let nluFallback = "nlu_fallback"

    /// All default intents.
    public static let names = [restart, back, outOfScope, sessionStart, nluFallback]
}
