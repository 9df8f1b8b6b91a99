package import JSON

/// What events must look like that come in a request, beyond what is needed to read them (Rasa's `EVENTS_SCHEMA`).
///
/// Events of a store or of an action server are read without it: there is nobody to tell.
package enum EventRules {
    /// - Throws: ``EventError`` that names the member which does not fit.
    package static func check(_ event: JSON) throws(EventError) {
        let members = CheckedMembers(place: "", of: event)
        try members.check("timestamp", .number, .null)
        try members.check("metadata", .object, .null)
        switch event["event"]?.string {
        case "user":
            for name in ["text", "input_channel", "message_id"] { try members.check(name, .string, .null) }
            try members.check("parse_data", .object)
            if let data = event["parse_data"] { try check(parseData: data) }
        case "action":
            for name in ["policy", "name", "action_text"] { try members.check(name, .string, .null) }
            try members.check("confidence", .number, .null)
            try members.check("hide_rule_turn", .bool)
        case "slot":
            try members.need("name", .string)
            try members.need("value")
        case "entities":
            try members.need("entities", .array)
            try check(entities: event["entities"], in: "")
        case "reminder":
            guard let time = event["date_time"]?.string, ISODate(time) != nil else {
                throw EventError(.wrongType, "\"date_time\" of a reminder must be a time in ISO 8601.")
            }
        // Stores still hold events of this kind, which say nothing.
        case "topic": throw EventError(.unknownType, "\"topic\" is not a kind of event.")
        default: break
        }
    }

    /// Entities as they come in a request beside an intent.
    package static func check(entities: JSON?) throws(EventError) {
        try check(entities: entities, in: "")
    }

    private static func check(parseData data: JSON) throws(EventError) {
        let members = CheckedMembers(place: "parse_data/", of: data)
        try members.check("text", .string, .null)
        try members.check("intent", .object)
        try members.check("intent_ranking", .array)
        try members.check("entities", .array)
        try members.check("response_selector", .object)
        try check(intent: data["intent"], in: "parse_data/intent/")
        for (index, intent) in (data["intent_ranking"]?.array ?? []).enumerated() {
            try members.check(intent, "intent_ranking/\(index)", .object)
            try check(intent: intent, in: "parse_data/intent_ranking/\(index)/")
        }
        try check(entities: data["entities"], in: "parse_data/")
    }

    private static func check(intent: JSON?, in place: String) throws(EventError) {
        guard let intent else { return }
        let members = CheckedMembers(place: place, of: intent)
        try members.check("name", .string)
        try members.check("confidence", .number)
    }

    private static func check(entities: JSON?, in place: String) throws(EventError) {
        let count = entities?.array?.count ?? entities?.object?.count ?? 0
        guard count <= UserUttered.maxEntities else {
            throw EventError(
                .tooMany, "\"\(place)entities\" has \(count) entities; \(UserUttered.maxEntities) are allowed.")
        }
        for (index, entity) in (entities?.array ?? []).enumerated() {
            let members = CheckedMembers(place: "\(place)entities/\(index)/", of: entity)
            guard entity.object != nil else {
                throw EventError(.wrongType, "\"\(place)entities/\(index)\" must be an object.")
            }
            try members.need("entity", .string)
            try members.need("value")
            for name in ["start", "end"] { try members.check(name, .integer) }
            try members.check("confidence", .number)
            for name in ["extractor", "role", "group"] { try members.check(name, .string, .null) }
        }
    }
}

/// The members of an object at a place of an event.
private struct CheckedMembers {
    /// The kinds of values, as JSON Schema calls them.
    enum Kind: String {
        case string, number, integer, object, array, bool, null

        func holds(_ value: JSON) -> Bool {
            switch (self, value) {
            case (.string, .string), (.number, .int), (.number, .double), (.number, .largeInteger),
                (.integer, .int), (.integer, .largeInteger), (.object, .object),
                (.array, .array), (.bool, .bool), (.null, .null):
                true
            case (.integer, .double(let number)): number == number.rounded()
            default: false
            }
        }
    }

    let place: String
    let of: JSON

    func need(_ name: String, _ kinds: Kind...) throws(EventError) {
        guard let value = of[name] else { throw EventError(.missing, "\"\(place)\(name)\" is missing.") }
        try check(value, name, kinds)
    }

    /// A member that may be missing.
    func check(_ name: String, _ kinds: Kind...) throws(EventError) {
        if let value = of[name] { try check(value, name, kinds) }
    }

    func check(_ value: JSON, _ name: String, _ kinds: Kind...) throws(EventError) { try check(value, name, kinds) }

    private func check(_ value: JSON, _ name: String, _ kinds: [Kind]) throws(EventError) {
        guard kinds.isEmpty || kinds.contains(where: { $0.holds(value) }) else {
            let right = kinds.map { $0 == .bool ? "true or false" : $0.rawValue }.joined(separator: " or ")
            throw EventError(.wrongType, "\"\(place)\(name)\" must be \(right).")
        }
    }
}
