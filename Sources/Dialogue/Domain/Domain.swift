package import ExactText
package import JSON
package import OrderedCollections
import PythonSemantics

/// What an assistant knows to understand, remember, say and do: Rasa's domain as an archive holds it.
package struct Domain: Sendable {
    /// The domain as Rasa shows it to clients and action servers.
    package let json: JSON
    /// The intents by name, Rasa's default ones last.
    package let intents: OrderedDictionary<ExactString, Intent>
    package let entities: EntityTypes
    /// The slots in order, with those that Rasa adds.
    package let slots: [Slot]
    /// The responses by name, each with its variations.
    package let responses: OrderedDictionary<ExactString, [JSON]>
    package let forms: OrderedDictionary<ExactString, Form>
    /// The actions that the domain lists, utterances among them if they are listed.
    package let customActions: [String]
    /// The listed actions and all responses.
    package let userActions: [String]
    /// The texts that policies may predict end to end.
    package let actionTexts: [String]
    /// All actions: a name's place is its index, the label of the policies. End-to-end texts come last.
    package let actionNames: [String]
    /// The listed actions to which the action server wants the whole domain sent, whatever the endpoint says.
    package let actionsThatNeedDomain: Set<ExactString>
    /// When a session ends and what the next one keeps.
    package let session: SessionSettings
    /// Whether policies' own entities fill slots.
    package let storeEntitiesAsSlots: Bool

    package var slotDefinitions: SlotDefinitions { names.slotDefinitions }

    private let names: DomainNames

    /// Reads the `domain` of an archive's metadata.
    ///
    /// - Throws: ``DomainError`` that names the place.
    package init(json: JSON) throws(DomainError) {
        guard json.object != nil else { throw DomainError("domain", "it must be an object.") }
        self.json = Domain.document(json)
        let entities = try EntityTypes(json: json["entities"])
        self.entities = entities
        intents = try Domain.intents(json["intents"], entities)
        responses = try Domain.responses(json["responses"])
        forms = try Domain.forms(json["forms"])
        (customActions, actionsThatNeedDomain) = Domain.actions(json["actions"])
        userActions =
            customActions + responses.keys.map(\.string).filter(Domain.isNot(in: customActions)).sortedByCodePoints()
        actionTexts = (json["e2e_actions"]?.array ?? []).compactMap(\.string)
        actionNames =
            DefaultAction.names + userActions.filter(Domain.isNot(in: DefaultAction.names))
            + forms.keys.map(\.string).filter(Domain.isNot(in: customActions))
            + actionTexts
        slots = try Domain.slots(json["slots"], hasForms: !forms.isEmpty, actions: actionNames)
        names = DomainNames(
            actions: actionNames, userActions: userActions, actionTexts: actionTexts, entities: entities.names,
            slots: slots)
        session = SessionSettings(json: json["session_config"])
        storeEntitiesAsSlots = json["config"]?["store_entities_as_slots"]?.isPythonTrue ?? true
    }

    /// The place of an action among ``actionNames``; nil for one that the domain does not know.
    package func index(ofAction name: String) -> Int? { names.actionIndices[name] }

    /// Whether the action is one that the domain lists, or a response.
    package func isUserAction(_ name: String) -> Bool { names.userActions.contains(name) }

    /// Whether the action is one of the texts that policies may predict end to end.
    package func isActionText(_ name: String) -> Bool { names.actionTexts.contains(name) }

    /// Whether the domain has the intent; the default intents are always there.
    package func isKnownIntent(_ name: String) -> Bool { intents[name] != nil }

    /// Whether the intent is one that a response selector has a response for.
    package func isRetrievalIntent(_ name: String) -> Bool { intents[name]?.isRetrieval ?? false }

    /// All intents in Python's order of their names.
    package var intentNames: [String] { intents.keys.map(\.string).sortedByCodePoints() }

    package func isKnownEntity(_ name: String) -> Bool { names.entities.contains(name) }

    private static func isNot(in names: [String]) -> (String) -> Bool {
        let known = Set<ExactString>(names)
        return { !known.contains($0) }
    }
}

extension Domain {
    private static func intents(
        _ json: JSON?, _ entities: EntityTypes
    ) throws(DomainError) -> OrderedDictionary<ExactString, Intent> {
        var intents: OrderedDictionary<ExactString, Intent> = [:]
        for value in json?.array ?? [] {
            let intent = try Intent(json: value, entities: entities)
            guard intents.updateValue(intent, forKey: intent.name.exact) == nil else {
                throw DomainError("domain: intents", "\"\(intent.name)\" is listed twice.")
            }
        }
        for name in DefaultIntent.names where intents[name] == nil {
            intents[name] = try Intent(json: .string(name), entities: entities)
        }
        return intents
    }

    private static func responses(_ json: JSON?) throws(DomainError) -> OrderedDictionary<ExactString, [JSON]> {
        var responses: OrderedDictionary<ExactString, [JSON]> = [:]
        for (name, variations) in json?.object ?? [:] {
            guard let list = variations.array, list.allSatisfy({ $0.object != nil }) else {
                throw DomainError("domain: response \"\(name)\"", "it must be a list of variations.")
            }
            responses[name] = list
        }
        return responses
    }

    private static func forms(_ json: JSON?) throws(DomainError) -> OrderedDictionary<ExactString, Form> {
        var forms: OrderedDictionary<ExactString, Form> = [:]
        for (name, form) in json?.object ?? [:] { forms[name] = try Form(name: name, json: form) }
        return forms
    }

    private static func actions(_ json: JSON?) -> (names: [String], needDomain: Set<ExactString>) {
        var names: [String] = []
        var needDomain: Set<ExactString> = []
        for action in json?.array ?? [] {
            switch action {
            case .string(let name):
                names.append(name)
                if name.exact.hasPrefix("validate_") { needDomain.insert(name) }
            case .object(let members):
                for (name, settings) in members {
                    names.append(name)
                    if settings["send_domain"]?.isPythonTrue == true { needDomain.insert(name) }
                }
            default: continue
            }
        }
        return (names, needDomain)
    }
}
