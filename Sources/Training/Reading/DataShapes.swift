import ExactText
import YAML

/// The shapes of the sections of training data and domains, as the schemas that come with Rasa describe them.
enum DataShapes {
    /// The newest format of training data that is understood.
    static let newestVersion = (3, 1)

    private static let anyGroup = Shape.group([:], others: .any)
    private static let texts = Shape.list([.text])

    /// Checks one section of a document.
    ///
    /// - Throws: ``TrainingError`` with this code.
    static func check(
        _ section: String, of document: YAMLNode, _ code: TrainingError.Code
    ) throws(TrainingError) {
        guard let node = document[section], let shape = sections[section] else { return }
        guard let mismatch = shape.mismatch(node, "'\(section)'") else { return }
        throw TrainingError(code, at: mismatch.place, mismatch.message)
    }

    /// Checks the version of a document's format.
    ///
    /// - Throws: ``TrainingError`` where it is no text, or newer than ``newestVersion``. Rasa leaves such files out,
    ///   which nobody notices.
    static func checkVersion(of document: YAMLNode) throws(TrainingError) {
        try check("version", of: document, .badData)
        guard let node = document["version"], let text = node.text,
            let match = text.wholeMatch(of: /(\d+)(?:\.(\d+))?.*/), let major = Int(match.1)
        else { return }
        guard (major, match.2.flatMap { Int($0) } ?? 0) <= newestVersion else {
            throw TrainingError(
                .badData, at: node.place, "the format '\(text)' is newer than 3.1, the newest one that is understood")
        }
    }

    private static let sections: [ExactString: Shape] = [
        "version": .text, "nlu": understanding, "responses": responses, "stories": stories, "rules": rules,
        "intents": .list([anyGroup, .text]), "entities": .list([anyGroup, .text]), "actions": actions, "slots": slots,
        "forms": forms, "config": .group(["store_entities_as_slots": .flag], others: .any),
        "session_config": .group(
            ["session_expiration_time": .number(atLeast: 0), "carry_over_slots_to_new_session": .flag], others: .any),
    ]

    // MARK: Examples and responses

    private static let understanding = Shape.list([
        .group(["intent": .text, "metadata": .any, "examples": .text]),
        .group([
            "intent": .text, "metadata": .any, "examples": .list([.group(["text": .text, "metadata": .any])]),
        ]),
        .group(["synonym": .text, "examples": .text]), .group(["regex": .text, "examples": .text]),
        .group(["lookup": .text, "examples": .text]),
    ])

    private static let responses = Shape.group([:], others: .needed(.list([.needed(variation)])))

    private static let variation = Shape.group([
        "id": .text, "text": .text, "image": .text, "custom": anyGroup, "buttons": choices, "button_type": .text,
        "quick_replies": choices, "attachment": anyGroup, "elements": .list([anyGroup]), "channel": .text,
        "metadata": .any, "condition": .list([.group(["type": .text, "name": .text, "value": .any])]),
    ])

    private static let choices = Shape.list([.group(["title": .text, "payload": .text], others: .any)])

    // MARK: Stories and rules

    private static let message = Shape.group(["intent": .text, "user": .text, "entities": .list([anyGroup, .text])])
    private static let loop = Shape.group(["active_loop": .text])
    private static let action = Shape.group(["action": .text])
    private static let slotValues = Shape.list([anyGroup, .text])
    private static let slotValue = Shape.group(["slot_was_set": slotValues])
    private static let choice = Shape.group(["or": .list([message, slotValue])])

    private static let stories = Shape.list([
        .group([
            "story": .text, "metadata": .any,
            "steps": .list([
                message, loop, action, .group(["bot": .text]), slotValue,
                .group(["checkpoint": .text, "slot_was_set": slotValues]), choice,
            ]),
        ])
    ])

    private static let rules = Shape.list([
        .group([
            "rule": .text, "metadata": .any, "steps": .list([message, action, loop, slotValue, choice]),
            "condition": .list([loop, slotValue]), "conversation_start": .flag, "wait_for_user_input": .flag,
        ])
    ])

    // MARK: Domains

    private static let actions = Shape.list([.text, .group([:], others: .group(["send_domain": .flag]))])

    private static let slots = Shape.group(
        [:],
        others: .needed(
            .group(
                [
                    "type": .any, "influence_conversation": .flag, "initial_value": .any, "values": .list([.any]),
                    "min_value": .number(atLeast: nil), "max_value": .number(atLeast: nil),
                    "mappings": .list([slotMapping]),
                ], needed: ["type", "mappings"], others: .any)))

    private static let slotMapping = Shape.group(
        [
            "type": .text, "entity": .text, "role": .text, "group": .text, "action": .text,
            "conditions": .list([.group(["active_loop": .text, "requested_slot": .text])]),
        ], others: .any)

    private static let forms = Shape.group(
        [:], others: .needed(.group(["required_slots": texts, "ignored_intents": .any])))
}
