import ExactText
package import JSON
import System

extension Event {
    /// Reads an event as Rasa writes it. Members that Rasa fills in may be missing; a missing or zero timestamp is now.
    ///
    /// - Throws: ``EventError`` that names the member.
    package init(json: JSON) throws(EventError) {
        guard let object = json.object else { throw EventError(.notAnEvent, "An event must be a JSON object.") }
        guard let type = object["event"]?.string else {
            throw EventError(.notAnEvent, "An event needs the member \"event\" with the name of its kind.")
        }
        let members = EventMembers(type: type, object: object)
        guard let body = try Body(type: type, members) else {
            throw EventError(.unknownType, "\"\(type)\" is not a kind of event.")
        }
        let timestamp = try members.number("timestamp")
        self.init(body, timestamp: timestamp == 0 ? nil : timestamp, metadata: try members.object("metadata"))
    }

    /// Reads a list of events. Values without a member `event`, and Rasa's long gone `topic` events, are passed over.
    ///
    /// - Throws: ``EventError`` of the first that cannot be read.
    package static func list(from json: some Sequence<JSON>) throws(EventError) -> [Event] {
        var events: [Event] = []
        for value in json {
            guard let type = value["event"], type.string != "topic" else { continue }
            events.append(try Event(json: value))
        }
        return events
    }
}

extension Event.Body {
    fileprivate init?(type: String, _ members: EventMembers) throws(EventError) {
        switch type {
        case "user":
            guard let parseData = members.object["parse_data"]?.object else {
                throw EventError(.missing, "An event \"user\" needs the object \"parse_data\".")
            }
            self = .user(
                UserUttered(
                    text: try members.text("text"), parseData: parseData,
                    inputChannel: try members.text("input_channel"), messageID: try members.text("message_id"),
                    metadata: try members.object("metadata")))
        case "bot": self = .bot(BotUttered(text: try members.text("text"), data: try members.object("data")))
        case "agent":
            self = .agent(AgentUttered(text: try members.text("text"), data: members.object["data"] ?? .null))
        case "action": self = .action(try ActionExecuted(members))
        case "action_execution_rejected":
            self = .actionExecutionRejected(
                ActionExecutionRejected(
                    name: try members.text("name"), policy: try members.text("policy"),
                    confidence: try members.number("confidence")))
        case "slot": self = .slot(SlotSet(try members.needed("name"), members.object["value"] ?? .null))
        case "active_loop", "form": self = .activeLoop(name: try members.text("name"))
        case "followup": self = .followup(name: try members.text("name"))
        case "loop_interrupted": self = .loopInterrupted(try members.flag("is_interrupted", missing: false))
        // The old name says the opposite: whether the message is to be validated.
        case "form_validation": self = .loopInterrupted(!(try members.flag("validate", missing: true) ?? false))
        case "user_featurization":
            self = .userFeaturization(useText: try members.flag("use_text_for_featurization"))
        case "entities":
            guard let entities = members.object["entities"]?.array else {
                throw EventError(.missing, "An event \"entities\" needs the array \"entities\".")
            }
            self = .entities(EntitiesAdded(entities))
        case "reminder": self = .reminder(try ReminderScheduled(members))
        case "cancel_reminder":
            self = .cancelReminder(
                ReminderCancelled(
                    name: try members.text("name"), intent: try members.text("intent"),
                    entities: members.object["entities"] ?? .null))
        case "export": self = .storyExported(path: try members.text("path"))
        default:
            guard let plain = Self.plain[type] else { return nil }
            self = plain
        }
    }

    /// The kinds that carry nothing.
    private static let plain: [ExactString: Event.Body] = [
        "restart": .restart, "session_started": .sessionStarted, "rewind": .userUtteranceReverted,
        "undo": .actionReverted, "reset_slots": .allSlotsReset, "pause": .pause, "resume": .resume,
    ]
}

extension ActionExecuted {
    fileprivate init(_ members: EventMembers) throws(EventError) {
        let name = try members.text("name")
        let text = try members.text("action_text")
        guard name != nil || text != nil else {
            throw EventError(.missing, "An event \"action\" needs \"name\" or \"action_text\".")
        }
        self.init(
            name: name, policy: try members.text("policy"), confidence: try members.number("confidence"),
            actionText: text, hideRuleTurn: try members.flag("hide_rule_turn") ?? false)
    }
}

extension ReminderScheduled {
    fileprivate init(_ members: EventMembers) throws(EventError) {
        let time = try members.needed("date_time")
        self.init(
            intent: try members.text("intent"), dateTime: ISODate(time)?.text ?? time,
            entities: members.object["entities"] ?? .null,
            name: try members.text("name") ?? RandomID.uuid(),
            killOnUserMessage: try members.flag("kill_on_user_msg", missing: true))
    }
}

/// The members of one event's object, read with errors that name them.
private struct EventMembers {
    let type: String
    let object: JSONObject

    package func text(_ name: String) throws(EventError) -> String? {
        switch object[name] {
        case nil, .null: return nil
        case .string(let value): return value
        default: throw wrong(name, "a string")
        }
    }

    func needed(_ name: String) throws(EventError) -> String {
        guard let value = try text(name) else {
            throw EventError(.missing, "An event \"\(type)\" needs the string \"\(name)\".")
        }
        return value
    }

    func number(_ name: String) throws(EventError) -> Double? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let number = value.double else { throw wrong(name, "a number") }
        return number
    }

    /// A flag; nil for null, which Python takes for false.
    package func flag(_ name: String, missing: Bool? = nil) throws(EventError) -> Bool? {
        guard let value = object[name] else { return missing }
        guard !value.isNull else { return nil }
        guard let flag = value.bool else { throw wrong(name, "true or false") }
        return flag
    }

    func object(_ name: String) throws(EventError) -> JSONObject {
        guard let value = object[name], !value.isNull else { return [:] }
        guard let members = value.object else { throw wrong(name, "an object") }
        return members
    }

    private func wrong(_ name: String, _ expected: String) -> EventError {
        EventError(.wrongType, "In an event \"\(type)\", \"\(name)\" must be \(expected).")
    }
}
