package import JSON
import PythonSemantics

package struct Form: Sendable, Hashable {
    package let name: String
    /// The slots that it asks for, in order.
    package let requiredSlots: [String]
    /// Intents that fill no slot while the form is active.
    package let ignoredIntents: [String]
    package let json: JSON

    init(name: String, json: JSON) throws(DomainError) {
        self.name = name
        self.json = json
        guard json.isNull || json.object != nil else {
            throw DomainError("domain: form \"\(name)\"", "a form must be an object with \"required_slots\".")
        }
        requiredSlots = (json["required_slots"]?.array ?? []).compactMap(\.string)
        switch json["ignored_intents"] {
        case .string(let intent)?: ignoredIntents = [intent]
        case .array(let intents)?: ignoredIntents = intents.compactMap(\.string)
        default: ignoredIntents = []
        }
    }
}

/// When a session ends and what the next one keeps.
package struct SessionSettings: Sendable, Hashable {
    /// Minutes of silence after which a session ends; sessions never end at zero or below.
    package let expirationMinutes: Double
    /// Whether a new session keeps the slots of the one before.
    package let carryOverSlots: Bool

    init(json: JSON?) {
        expirationMinutes = json?["session_expiration_time"]?.double ?? 60
        carryOverSlots = json?["carry_over_slots_to_new_session"]?.isPythonTrue ?? true
    }
}
