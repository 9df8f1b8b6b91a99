package import ExactText

/// The names of the actions that every assistant has.
package enum DefaultAction {
    /// Waits for the user.
    package static let listen = "action_listen"
    package static let restart = "action_restart"
    package static let sessionStart = "action_session_start"
    /// Says that nothing was understood and takes the message back.
    package static let defaultFallback = "action_default_fallback"
    package static let deactivateLoop = "action_deactivate_loop"
    /// Takes the events of a two-stage fallback back.
    package static let revertFallbackEvents = "action_revert_fallback_events"
    /// Asks whether the likeliest intent was meant.
    package static let askAffirmation = "action_default_ask_affirmation"
    /// Asks to say it in other words.
    package static let askRephrase = "action_default_ask_rephrase"
    /// Asks for affirmation, then for other words.
    package static let twoStageFallback = "action_two_stage_fallback"
    /// Marks an intent that does not fit the conversation.
    package static let unlikelyIntent = "action_unlikely_intent"
    /// Takes the last exchange back.
    package static let back = "action_back"
    /// Fills slots from the message.
    package static let extractSlots = "action_extract_slots"
    /// Marks gaps in rules.
    package static let ruleSnippet = "..."
    /// A user's own check of the filled slots; no default, but of a fixed name.
    package static let validateSlotMappings = "action_validate_slot_mappings"

    /// All default actions in the order of their indices.
    package static let names = [
        listen, restart, sessionStart, defaultFallback, deactivateLoop, revertFallbackEvents, askAffirmation,
        askRephrase, twoStageFallback, unlikelyIntent, back, ruleSnippet, extractSlots,
    ]
}

/// The names of the slots that Rasa adds to every domain.
package enum DefaultSlot {
    package static let requestedSlot = "requested_slot"
    /// The metadata of the message that began the session.
    package static let sessionStartedMetadata = "session_started_metadata"
    /// The slots of the knowledge base action.
    package static let knowledgeBase = [
        "knowledge_base_listed_objects", "knowledge_base_last_object", "knowledge_base_last_object_type",
    ]
    /// All of them: no message fills these.
    package static let names = Set<ExactString>(knowledgeBase + [requestedSlot, sessionStartedMetadata])
}

/// The names of the intents that every domain has.
package enum DefaultIntent {
    package static let restart = "restart"
    /// Takes the last exchange back.
    package static let back = "back"
    /// Something that the assistant is not made for.
    package static let outOfScope = "out_of_scope"
    package static let sessionStart = "session_start"
    /// No intent was understood well enough.
    package static let nluFallback = "nlu_fallback"

    package static let names = [restart, back, outOfScope, sessionStart, nluFallback]
}
