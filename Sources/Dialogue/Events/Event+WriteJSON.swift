package import JSON

extension Event {
    /// The event as Rasa writes it, members in Rasa's order.
    package var json: JSON {
        var object: JSONObject = ["event": .string(typeName), "timestamp": .double(timestamp)]
        if !metadata.isEmpty { object["metadata"] = .object(metadata) }
        switch body {
        case .user(let message):
            object["text"] = .text(message.text)
            object["parse_data"] = message.parseData
            object["input_channel"] = .text(message.inputChannel)
            object["message_id"] = .text(message.messageID)
            object["metadata"] = .object(metadata)
        case .bot(let message):
            object["text"] = .text(message.text)
            object["data"] = .object(message.data)
            object["metadata"] = .object(metadata)
        case .action(let action):
            object["name"] = .text(action.name)
            object["policy"] = .text(action.policy)
            object["confidence"] = action.confidence.map(JSON.double) ?? .null
            object["action_text"] = .text(action.actionText)
            object["hide_rule_turn"] = .bool(action.hideRuleTurn)
        case .actionExecutionRejected(let action):
            object["name"] = .text(action.name)
            object["policy"] = .text(action.policy)
            object["confidence"] = action.confidence.map(JSON.double) ?? .null
        case .slot(let slot):
            object["name"] = .string(slot.name)
            object["value"] = slot.value
        case .activeLoop(let name), .followup(let name):
            object["name"] = .text(name)
        case .loopInterrupted(let isInterrupted):
            object["is_interrupted"] = isInterrupted.map(JSON.bool) ?? .null
        case .reminder(let reminder):
            object["intent"] = .text(reminder.intent)
            object["date_time"] = .string(reminder.dateTime)
            object["entities"] = reminder.entities
            object["name"] = .string(reminder.name)
            object["kill_on_user_msg"] = reminder.killOnUserMessage.map(JSON.bool) ?? .null
        case .userFeaturization(let useText):
            object["use_text_for_featurization"] = useText.map(JSON.bool) ?? .null
        case .entities(let added):
            object["entities"] = .array(added.entities)
        case .agent(let message):
            object["text"] = .text(message.text)
            object["data"] = message.data
        case .restart, .sessionStarted, .userUtteranceReverted, .actionReverted, .allSlotsReset, .pause, .resume,
            .storyExported, .cancelReminder:
            break
        }
        return .object(object)
    }
}
