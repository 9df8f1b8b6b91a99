package import Dialogue
package import ExactText
package import JSON
package import YAML

/// A place where stories part and meet.
package struct Checkpoint: Sendable, Hashable {
    package var name: ExactString
    /// Slots that must have these values for a story to go on from here.
    package var conditions: JSONObject = [:]

    /// Where all stories begin.
    package static let start: ExactString = "STORY_START"
}

/// A part of a story or rule between two checkpoints.
package struct StoryStep: Sendable {
    /// The number of the step, in the order in which steps were made.
    package var number: Int
    package let name: String
    package let place: SourcePlace
    package let isRule: Bool
    package var kind: String { isRule ? "rule" : "story" }
    package var starts: [Checkpoint]
    package var ends: [Checkpoint] = []
    package var events: [Event.Body] = []

    /// The id by which Rasa sorts steps: as texts, so that the tenth comes before the first.
    package var id: ExactString { "\(number)_" }

    /// The events with those that a story leaves unsaid: listening before each message and at the end, and slots filled
    /// from the entities of a message.
    package func explicitEvents(_ domain: Domain, listensAtEnd: Bool = true) -> [Event.Body] {
        let listen = Event.Body.action(ActionExecuted(name: DefaultAction.listen))
        var explicit: [Event.Body] = []
        for event in events {
            if case .user(let message) = event {
                if explicit.last != listen { explicit.append(listen) }
                explicit.append(event)
                explicit += SlotsOfEntities.events(message.entities, domain)
            } else {
                explicit.append(event)
            }
        }
        if ends.isEmpty, listensAtEnd, explicit.last != listen { explicit.append(listen) }
        return explicit
    }

    /// The place of the first action, if it has nothing before it that could foretell it: such an action is not
    /// learned.
    package var unpredictableAction: Int? {
        guard starts.contains(where: { $0.name == Checkpoint.start }) else { return nil }
        for (index, event) in events.enumerated() {
            switch event {
            case .user: return nil
            case .action: return index
            default: continue
            }
        }
        return nil
    }
}

/// Slots that entities fill when a message comes in.
package enum SlotsOfEntities {
    package static func events(_ entities: [JSON], _ domain: Domain) -> [Event.Body] {
        guard domain.storeEntitiesAsSlots else { return [] }
        var events: [Event.Body] = []
        for slot in domain.slots {
            var values: [JSON] = []
            for mapping in slot.mappings
            where mapping.kind == .fromEntity && mapping.conditions.first?.activeLoop == nil {
                for entity in entities
                where entity["entity"]?.string?.exact == mapping.entity?.exact
                    && entity["role"]?.string?.exact == mapping.role?.exact
                    && entity["group"]?.string?.exact == mapping.group?.exact
                {
                    values.append(entity["value"] ?? .null)
                }
            }
            guard let last = values.last else { continue }
            if case .list = slot.kind {
                events.append(.slot(SlotSet(slot.name, .array(values))))
            } else {
                events.append(.slot(SlotSet(slot.name, last)))
            }
        }
        return events
    }
}
