package import JSON

package struct EntityMatch: Sendable, Hashable {
    /// A role or group with the confidence in it.
    package struct Label: Sendable, Hashable {
        /// The role's or group's name.
        package var name: String
        /// From 0 to 1.
        package var confidence: Double
    }

    /// What a server said of an entity besides.
    package struct Remote: Sendable, Hashable {
        /// The text at the entity's place as the server has it.
        package var text: JSON
        /// Everything that it knows of the value.
        package var details: JSON

        package init(text: JSON, details: JSON) { (self.text, self.details) = (text, details) }
    }

    package var entity: String
    /// Where it begins, in Unicode scalars.
    package var start: Int
    /// Where it ends, in Unicode scalars.
    package var end: Int
    /// The text at that place, or what a synonym or the short form put instead.
    package var value: JSON
    /// The confidence in the kind; nil for extractors that give none.
    package var confidence: Double?
    /// The role; nil if it has none.
    package var role: Label?
    /// The group; nil if it has none.
    package var group: Label?
    /// The component that found it, by its class name in Rasa.
    package var extractor: String
    /// What a server said of it besides; nil for what was found here.
    package var remote: Remote?
    /// The components that changed it since.
    package var processors: [String] = []

    package init(
        entity: String, start: Int, end: Int, value: JSON, confidence: Double? = nil, role: Label? = nil,
        group: Label? = nil, extractor: String, remote: Remote? = nil, processors: [String] = []
    ) {
        self.entity = entity
        self.start = start
        self.end = end
        self.value = value
        self.confidence = confidence
        self.role = role
        self.group = group
        self.extractor = extractor
        self.remote = remote
        self.processors = processors
    }

    /// The extractor of what the short form of a message says.
    package static let shortForm = "RegexMessageHandler"

    /// The entity as Rasa writes it; the order of keys depends on the extractor.
    package var json: JSON {
        if let remote { return json(remote) }
        var object = JSONObject(minimumCapacity: 8)
        object["entity"] = .string(entity)
        let isShortForm = extractor == Self.shortForm
        if isShortForm { object["value"] = value }
        object["start"] = .int(start)
        object["end"] = .int(end)
        if let confidence { object["confidence_entity"] = .double(confidence) }
        if let role {
            object["role"] = .string(role.name)
            object["confidence_role"] = .double(role.confidence)
        }
        if let group {
            object["group"] = .string(group.name)
            object["confidence_group"] = .double(group.confidence)
        }
        if !isShortForm { object["value"] = value }
        object["extractor"] = .string(extractor)
        if !processors.isEmpty { object["processors"] = .array(processors.map(JSON.string)) }
        return .object(object)
    }

    private func json(_ remote: Remote) -> JSON {
        var object: JSONObject = [
            "start": .int(start), "end": .int(end), "text": remote.text, "value": value,
            "confidence": .double(confidence ?? 1), "additional_info": remote.details, "entity": .string(entity),
            "extractor": .string(extractor),
        ]
        if !processors.isEmpty { object["processors"] = .array(processors.map(JSON.string)) }
        return .object(object)
    }
}
