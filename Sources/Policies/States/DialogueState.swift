package import Dialogue
import ExactText
package import JSON

/// What policies see of the conversation before one action (Rasa's `State`). A part that is nil is left out.
package struct DialogueState: Sendable, Hashable {
    /// The last message; a user part may lose everything in it and stays as an empty object.
    package struct User: Sendable, Hashable {
        package var text: String?
        package var intent: String?
        /// Names that count for the intent, `entity#role` and `entity#group` among them, sorted.
        package var entities: [String]?
    }

    package var user: User?
    /// Slots with a feature that is not zero.
    package var slots = SlotFeatures()
    package var previousAction: ActionRef?
    package var activeLoop: String?

    /// Whether the assistant has just listened, so that the message is new to the policies.
    package var followsListen: Bool { previousAction?.name == DefaultAction.listen }

    /// The state as Rasa writes it, members unsorted.
    package var json: JSON {
        var state: JSONObject = [:]
        if let user {
            var members: JSONObject = [:]
            if let text = user.text { members["text"] = .string(text) }
            if let intent = user.intent { members["intent"] = .string(intent) }
            if let entities = user.entities { members["entities"] = .array(entities.map(JSON.string)) }
            state["user"] = .object(members)
        }
        if !slots.isEmpty {
            state["slots"] = slots.json
        }
        switch previousAction {
        case .name(let name): state["prev_action"] = ["action_name": .string(name)]
        case .text(let text): state["prev_action"] = ["action_text": .string(text)]
        case nil: break
        }
        if let activeLoop { state["active_loop"] = ["name": .string(activeLoop)] }
        return .object(state)
    }
}

extension DialogueState {
    /// What is active in the tracker now (Rasa's `Domain.get_active_state`).
    package init(_ tracker: Tracker, _ domain: Domain) {
        self.init(tracker, user: User(tracker.latestMessage, domain))
    }

    /// The same where it is known what policies see of the last message.
    package init(_ tracker: Tracker, user: User?) {
        self.user = user
        slots = tracker.slots.features
        previousAction = tracker.latestAction
        activeLoop = tracker.activeLoop?.name
    }
}

extension DialogueState.User {
    /// The message as policies see it; nil where there is nothing to see.
    package init?(_ message: UserUttered, _ domain: Domain) {
        let said = message.text.flatMap { $0.isEmpty ? nil : $0 }
        let meant = message.intentName.flatMap { $0.isEmpty ? nil : $0 }
        guard said != nil || meant != nil || !message.entities.isEmpty else { return nil }
        var usesText = message.useTextForFeaturization
        if usesText == nil {
            if meant == nil { usesText = true } else if said == nil { usesText = false }
        }
        text = usesText == false ? nil : said
        guard usesText != true else { return }
        intent = meant
        var names: Set<ExactString> = []
        for entity in message.entities {
            guard let name = entity["entity"]?.string else { continue }
            names.insert(name)
            for part in ["role", "group"] {
                if let label = entity[part]?.string { names.insert("\(name)#\(label)") }
            }
        }
        if let meant, let known = domain.intents[meant] { names.formIntersection(known.usedEntities) }
        if !names.isEmpty { entities = names.sorted().map(\.string) }
    }
}
