import ExactText
package import JSON
import PythonSemantics

extension Domain {
    /// A domain as Rasa's server and its action servers see it: the archive's, without empty parts, with the intents by
    /// name and with what has a default.
    package static func document(_ json: JSON) -> JSON {
        var document: JSONObject = [:]
        for (key, value) in json.object ?? [:] where key != "duplicates" && !value.isEmptyPart {
            document[key] = key == "intents" ? sorted(intents: value) : value
        }
        if document["session_config"] == nil {
            document["session_config"] = [
                "session_expiration_time": .int(defaultExpirationMinutes),
                "carry_over_slots_to_new_session": true,
            ]
        }
        if document["version"] == nil { document["version"] = .string(formatVersion) }
        return .object(document)
    }

    private static let defaultExpirationMinutes = 60
    /// The version of training data that Rasa 3.6 writes.
    private static let formatVersion = "3.1"

    private static func sorted(intents: JSON) -> JSON {
        guard let list = intents.array else { return intents }
        let named = list.map { (name: $0.string ?? $0.object?.first?.key ?? "", intent: plain($0)) }
        let order = named.indices.sorted {
            let (one, other) = (named[$0].name.exact, named[$1].name.exact)
            return one == other ? $0 < $1 : one < other
        }
        return .array(order.map { named[$0].intent })
    }

    /// An intent whose lists of entities are lists, where `false` or null stood for none.
    private static func plain(_ intent: JSON) -> JSON {
        guard let members = intent.object else { return intent }
        return .object(
            members.mapValues { settings in
                guard var properties = settings.object else { return settings }
                for key in ["use_entities", "ignore_entities"] where properties[key]?.isPythonTrue == false {
                    properties[key] = []
                }
                return .object(properties)
            })
    }
}

extension JSON {
    /// Whether the value is nothing, or a collection of nothing.
    fileprivate var isEmptyPart: Bool {
        switch self {
        case .null: true
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        default: false
        }
    }
}
