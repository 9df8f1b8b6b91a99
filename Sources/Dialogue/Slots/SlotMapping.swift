package import JSON

/// One way in which messages fill a slot.
package struct SlotMapping: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case fromEntity = "from_entity"
        /// A fixed value, when the intent fits.
        case fromIntent = "from_intent"
        /// A fixed value, when the intent that starts a form fits.
        case fromTriggerIntent = "from_trigger_intent"
        case fromText = "from_text"
        /// An action decides.
        case custom
    }

    /// When a mapping holds: within a loop, perhaps only while that loop asks for one slot.
    package struct Condition: Sendable, Hashable {
        /// The loop that must be active; nil where the loop does not matter, or for a condition of `null`.
        package let activeLoop: String?
        /// The slot that the loop must be asking for.
        package let requestedSlot: String?
    }

    package let kind: Kind
    package let entity: String?
    package let role: String?
    package let group: String?
    /// Intents for which the mapping holds; empty for all.
    package let intents: [String]
    /// Intents for which it does not hold.
    package let notIntents: [String]
    package let value: JSON
    /// Conditions of which one must hold; empty for none.
    package let conditions: [Condition]
    package let action: String?
    package let json: JSON

    /// Reads a mapping of the named slot.
    ///
    /// - Throws: ``DomainError``.
    package init(json: JSON, slot: String) throws(DomainError) {
        let place = "domain: slot \"\(slot)\""
        guard json.object != nil else { throw DomainError(place, "a mapping must be an object.") }
        guard let kind = Kind(rawValue: json["type"]?.string ?? "") else {
            throw DomainError(
                place,
                "the mapping type \((json["type"] ?? .null).text()) is unknown; known are from_entity, from_intent, "
                    + "from_trigger_intent, from_text and custom.")
        }
        self.kind = kind
        self.json = json
        entity = json["entity"]?.string
        role = json["role"]?.string
        group = json["group"]?.string
        intents = SlotMapping.names(json["intent"])
        notIntents = SlotMapping.names(json["not_intent"])
        value = json["value"] ?? .null
        conditions = (json["conditions"]?.array ?? []).map {
            Condition(activeLoop: $0["active_loop"]?.string, requestedSlot: $0["requested_slot"]?.string)
        }
        action = json["action"]?.string
        if kind == .fromEntity, entity == nil { throw DomainError(place, "a from_entity mapping needs \"entity\".") }
        if kind == .fromIntent || kind == .fromTriggerIntent, value.isNull {
            throw DomainError(place, "a \(kind.rawValue) mapping needs \"value\".")
        }
    }

    private static func names(_ json: JSON?) -> [String] {
        switch json {
        case .string(let name): [name]
        case .array(let names): names.compactMap(\.string)
        default: []
        }
    }
}
