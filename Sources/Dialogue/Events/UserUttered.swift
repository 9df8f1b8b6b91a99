import ExactText
package import JSON

/// A message from the user, with what was understood.
package struct UserUttered: Sendable, Hashable {
    /// What the user said; nil for the message before the first.
    package let text: String?
    /// The whole result of understanding, in Rasa's order of keys.
    package private(set) var parseData: JSON
    /// The name of the channel by which the message came.
    package let inputChannel: String?
    package let messageID: String?
    /// The entities of the message: those of understanding, and those that a policy has added since.
    package private(set) var entities: [JSON]
    /// Whether policies see the text (`true`), intent and entities (`false`) or both (nil).
    package internal(set) var useTextForFeaturization: Bool?

    /// A message as Rasa's `UserUttered` is made: the parse data always begin with intent, entities, text, message id
    /// and metadata, whether understanding returned them or not.
    ///
    /// - Parameters:
    ///   - parseData: What understanding returned.
    ///   - metadata: What came with the message; it becomes part of the parse data.
    package init(
        text: String?, parseData: JSONObject = [:], inputChannel: String? = nil, messageID: String? = nil,
        metadata: JSONObject = [:]
    ) {
        self.text = text
        self.inputChannel = inputChannel
        self.messageID = messageID
        var intent = JSON.object([:])
        if case .object(let members)? = parseData["intent"], !members.isEmpty { intent = .object(members) }
        entities = parseData["entities"]?.array ?? []
        var data: JSONObject = [
            "intent": intent,
            "entities": .array(entities),
            "text": .text(text),
            "message_id": .text(messageID),
            "metadata": .object(metadata),
        ]
        for (key, value) in parseData { data[key] = value }
        self.parseData = .object(data)
        let intentName = intent["name"]?.string ?? ""
        switch (text ?? "", intentName) {
        case ("", ""): useTextForFeaturization = nil
        case (_, ""): useTextForFeaturization = true
        case ("", _): useTextForFeaturization = false
        default: useTextForFeaturization = nil
        }
    }

    /// How many entities a message has at most, but for those that understanding finds in its text: one that names or
    /// gets more is refused, or gets no more.
    package static let maxEntities = 1000

    /// Adds entities that a policy has found. Where understanding had found some, they become part of the parse data,
    /// as in Rasa, where both are then one list.
    mutating func add(_ found: [JSON]) {
        let before = entities.count
        guard before < Self.maxEntities, !found.isEmpty else { return }
        // To compare with all is cheaper than to hash all, unless there are many.
        var known = found.count > 8 ? Set(entities) : nil
        for entity in found where entities.count < Self.maxEntities {
            guard known?.insert(entity).inserted ?? !entities.contains(entity) else { continue }
            entities.append(entity)
        }
        guard entities.count > before else { return }
        guard case .object(var data) = parseData, data["entities"]?.array?.isEmpty == false else { return }
        data["entities"] = .array(entities)
        parseData = .object(data)
    }

    /// The same message, with its intent beyond doubt: after the user has confirmed it.
    package func withCertainIntent() -> UserUttered {
        guard case .object(var data) = parseData, case .object(var intent)? = data["intent"] else { return self }
        intent["confidence"] = 1.0
        data["intent"] = .object(intent)
        var copy = self
        copy.parseData = .object(data)
        return copy
    }

    /// The message of a conversation in which the user has not spoken yet.
    package static let empty = UserUttered(text: nil)

    /// The intent of the message; nil where nothing was understood.
    package var intentName: String? { parseData["intent"]?["name"]?.string }

    /// How sure understanding is of the intent, from 0 to 1; nil where it says nothing.
    package var intentConfidence: Double? { parseData["intent"]?["confidence"]?.double }

    /// `intent/response` where a response selector's training data name it.
    package var fullRetrievalIntentName: String? { parseData["intent"]?["full_retrieval_intent_name"]?.string }

    /// Whether there is neither text nor intent nor entity.
    package var isEmpty: Bool {
        (text ?? "").isEmpty && (intentName ?? "").isEmpty && entities.isEmpty
    }

    /// The values of the entities with this name, role and group, in the order in which they were found.
    package func entityValues(_ entity: String?, role: String? = nil, group: String? = nil) -> [JSON] {
        entities.filter { found in
            found["entity"]?.string?.exact == entity?.exact && found["role"]?.string?.exact == role?.exact
                && found["group"]?.string?.exact == group?.exact
        }.map { $0["value"] ?? .null }
    }
}
