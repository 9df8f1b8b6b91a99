import ExactText
import JSON
import PythonSemantics

extension Domain {
    /// The slots of the domain, followed by those that Rasa adds.
    static func slots(_ json: JSON?, hasForms: Bool, actions: [String]) throws(DomainError) -> [Slot] {
        var slots: [Slot] = []
        for (name, properties) in json?.object ?? [:] {
            slots.append(try Slot(name: name, json: properties))
        }
        func add(_ name: String, _ kind: SlotKind) {
            guard !slots.contains(where: { $0.name.exact == name.exact }) else { return }
            slots.append(Slot(name: name, kind: kind, influencesConversation: false))
        }
        if hasForms { add(DefaultSlot.requestedSlot, .text) }
        if actions.contains("action_query_knowledge_base") {
            for name in DefaultSlot.knowledgeBase { add(name, .text) }
        }
        add(DefaultSlot.sessionStartedMetadata, .any)
        return slots
    }
}

extension Slot {
    init(name: String, json: JSON) throws(DomainError) {
        let place = "domain: slot \"\(name)\""
        let type = json["type"]?.string ?? ""
        var influence = json["influence_conversation"]?.isPythonTrue
        let kind: SlotKind
        switch SlotKind.name(ofType: type) {
        case "text": kind = .text
        case "bool": kind = .bool
        case "list": kind = .list
        case "float":
            let minimum = json["min_value"]?.double ?? 0
            let maximum = json["max_value"]?.double ?? 1
            guard minimum < maximum else { throw DomainError(place, "min_value must be smaller than max_value.") }
            kind = .float(minimum: minimum, maximum: maximum)
        case "categorical":
            var values = (json["values"]?.array ?? []).filter { !$0.isNull }.map { $0.pythonText.lowercased() }
            if !values.contains(SlotKind.otherCategory) { values.append(SlotKind.otherCategory) }
            kind = .categorical(values: values)
        case "any":
            guard influence != true else {
                throw DomainError(place, "a slot of type any cannot have influence_conversation: true.")
            }
            kind = .any
            influence = false
        case _ where type.utf8.contains(UInt8(ascii: ".")):
            throw DomainError(
                place,
                "its type \"\(type)\" is a class in Python, which cannot run here; use text, bool, float, list, "
                    + "categorical or any, and let a custom action set the slot.")
        default:
            throw DomainError(
                place,
                "the type \"\(type)\" is unknown; known are text, bool, float, list, categorical and any.")
        }
        var mappings: [SlotMapping] = []
        for mapping in json["mappings"]?.array ?? [] {
            mappings.append(try SlotMapping(json: mapping, slot: name))
        }
        self.init(
            name: name, kind: kind, initialValue: json["initial_value"] ?? .null,
            influencesConversation: influence ?? true, mappings: mappings)
    }
}
