import Dialogue
import ExactText
import JSON
import OrderedCollections

/// The columns of what states are made of (`feature_states` of Rasa's `SingleStateFeaturizer`).
struct StateColumns: Sendable {
    let json: JSONObject
    /// The entities, `entity#role` and `entity#group`, which are tags too.
    let entities: [String]

    init(_ domain: Domain) {
        func columns(_ names: [String]) -> JSON {
            var columns: JSONObject = [:]
            // Of equal names the last column counts, as in a dictionary of Python.
            for (column, name) in names.enumerated() { columns[name] = .int(column) }
            return .object(columns)
        }
        let types = domain.entities
        func labels(_ parts: [ExactString: [String]]) -> [String] {
            types.names.flatMap { name in (parts[name] ?? []).map { "\(name)#\($0)" } }
        }
        let entities = types.names.sortedByCodePoints() + labels(types.roles) + labels(types.groups)
        self.entities = entities
        json = [
            "intent": columns(domain.intentNames), "action_name": columns(domain.actionNames),
            "entities": columns(entities),
            "slots": columns(
                domain.slots.flatMap { slot in slot.features.indices.map { "\(slot.name)_\($0)" } }),
            "active_loop": columns(domain.forms.keys.map(\.string)),
        ]
    }
}
