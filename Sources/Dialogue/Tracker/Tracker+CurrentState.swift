package import JSON

/// Which events a tracker's JSON holds.
package enum EventVerbosity: String, Sendable, Hashable, CaseIterable {
    /// No events: `null`.
    case none = "NONE"
    /// Those that make up the state.
    case applied = "APPLIED"
    case afterRestart = "AFTER_RESTART"
    case all = "ALL"
}

extension Tracker {
    /// The tracker as Rasa shows it to clients and action servers.
    package func currentState(verbosity: EventVerbosity = .none) -> JSON {
        var state: JSONObject = ["sender_id": .string(senderID), "slots": slots.json]
        for (name, value) in stateBesidesSlots(verbosity) { state[name] = value }
        return .object(state)
    }

    /// The same as text. What no event has set is not encoded anew, which counts where a domain has many slots.
    package func encodedState(verbosity: EventVerbosity = .none) -> [UInt8] {
        var output = Array(#"{"sender_id":"#.utf8)
        JSON.write(senderID, to: &output)
        output += Array(#","slots":"#.utf8)
        slots.write(to: &output)
        let rest = JSON.object(stateBesidesSlots(verbosity)).encoded()
        output.append(UInt8(ascii: ","))
        output += rest.dropFirst()
        return output
    }

    private func stateBesidesSlots(_ verbosity: EventVerbosity) -> JSONObject {
        let action: JSON =
            switch latestAction {
            case nil: [:]
            case .name(let name): ["action_name": .string(name)]
            case .text(let text): ["action_text": .string(text)]
            }
        return [
            "latest_message": latestMessageData,
            "latest_event_time": latestEventTime.map(JSON.double) ?? .null,
            "followup_action": .text(followupAction),
            "paused": .bool(isPaused),
            "events": events(verbosity).map { .array($0.map(\.json)) } ?? .null,
            "latest_input_channel": .text(latestInputChannel),
            "active_loop": activeLoop?.json ?? [:],
            "latest_action": action,
            "latest_action_name": .text(latestAction?.nameOrText),
        ]
    }

    /// The events that a verbosity names; nil for none.
    package func events(_ verbosity: EventVerbosity) -> [Event]? {
        switch verbosity {
        case .none: nil
        case .applied: appliedEvents()
        case .afterRestart: eventsAfterRestart
        case .all: events
        }
    }

    /// The events after the last restart; all where there was none.
    package var eventsAfterRestart: [Event] {
        guard let restart = events.lastIndex(where: { $0.body == .restart }) else { return events }
        return Array(events[(restart + 1)...])
    }

    /// What was understood of the last message, with the entities that policies have added.
    private var latestMessageData: JSON {
        guard case .object(var data) = latestMessage.parseData else { return .null }
        data["entities"] = .array(latestMessage.entities)
        return .object(data)
    }
}
