package import JSON

/// What Rasa asks of the events of an action server before it reads any of them (its `EVENTS_SCHEMA`). One event that
/// does not fit spoils the whole response.
package enum EventSchema {
    /// Why an event does not fit; nil if it does. Whether its kind is known is left to who reads it.
    package static func fault(of event: JSON) -> String? {
        guard let kind = event["event"]?.string else { return "an event needs its kind as \"event\"" }
        guard isNumberOrNull(event["timestamp"]), isObjectOrNull(event["metadata"]) else {
            return "the timestamp or metadata of an event \"\(kind)\" is of the wrong type"
        }
        switch kind {
        case "topic": return "\"topic\" is not a kind of event"
        case "slot" where event["name"]?.string == nil || event["value"] == nil:
            return "an event \"slot\" needs \"name\" and \"value\""
        case "entities" where event["entities"] == nil || !areEntities(event["entities"]):
            return "an event \"entities\" needs a list of entities, each with \"entity\" and \"value\""
        case "user" where !isUnderstood(event["parse_data"]):
            return "the \"parse_data\" of an event \"user\" are not what they must be"
        default: return nil
        }
    }

    private static func isUnderstood(_ parse: JSON?) -> Bool {
        guard let parse else { return true }
        guard parse.object != nil, areEntities(parse["entities"]), isIntent(parse["intent"]) else { return false }
        guard let ranking = parse["intent_ranking"] else { return true }
        return ranking.array?.allSatisfy { isIntent($0) } ?? false
    }

    private static func isIntent(_ intent: JSON?) -> Bool {
        guard let intent else { return true }
        let hasName = intent["name"] == nil || intent["name"]?.string != nil
        let hasConfidence = intent["confidence"] == nil || intent["confidence"]?.double != nil
        return intent.object != nil && hasName && hasConfidence
    }

    private static func areEntities(_ entities: JSON?) -> Bool {
        guard let entities else { return true }
        return entities.array?.allSatisfy { $0["entity"]?.string != nil && $0["value"] != nil } ?? false
    }

    private static func isNumberOrNull(_ value: JSON?) -> Bool {
        value.map { $0.isNull || $0.double != nil } ?? true
    }

    private static func isObjectOrNull(_ value: JSON?) -> Bool {
        value.map { $0.isNull || $0.object != nil } ?? true
    }
}
