import Dialogue
import ExactText
import JSON
import OrderedCollections
import PythonSemantics
import YAML

/// The properties of slots, which Rasa takes as the parameters of the types' classes.
enum SlotProperties {
    private static let common: Set<ExactString> = [
        "type", "mappings", "initial_value", "influence_conversation", "value_reset_delay",
    ]

    /// Checks the properties of all slots.
    ///
    /// - Throws: ``TrainingError`` that names one that the slot's type does not have.
    static func check(_ slots: YAMLMapping) throws(TrainingError) {
        for (name, slot) in slots {
            guard let type = slot.value["type"]?.string else { continue }
            let kind = SlotKind.name(ofType: type)
            let own: Set<ExactString> =
                kind == "float" ? ["min_value", "max_value"] : kind == "categorical" ? ["values"] : []
            for (key, property) in slot.value.mapping ?? [:] where !common.contains(key) && !own.contains(key) {
                throw TrainingError(
                    .badDomain, at: property.keyPlace, "the slot '\(name)' is of type \(type), which has no '\(key)'")
            }
            if kind == "float" { try checkNumbers(of: slot.value, name.string) }
        }
    }

    private static func checkNumbers(of slot: YAMLNode, _ name: String) throws(TrainingError) {
        for key in ["min_value", "max_value", "initial_value"] {
            guard let node = slot[key] else { continue }
            let value = node.json
            if value.pythonNumber != nil || value.isNull && key == "initial_value" { continue }
            throw TrainingError(.badDomain, at: node.place, "'\(key)' of the slot '\(name)' must be a number")
        }
    }
}
