package import ExactText
import JSON
import PythonSemantics

package struct Intent: Sendable, Hashable {
    package let name: String
    /// The entities that policies see with this intent, with `entity#role` and `entity#group`.
    package let usedEntities: Set<ExactString>
    /// Whether a response selector picks the response.
    package let isRetrieval: Bool
}

package struct EntityTypes: Sendable, Hashable {
    /// The names in the order of the domain.
    package private(set) var names: [String] = []
    /// The roles of the entities that have some.
    package private(set) var roles: [ExactString: [String]] = [:]
    /// The groups of the entities that have some.
    package private(set) var groups: [ExactString: [String]] = [:]
    /// The entities that policies do not see unless an intent lists them.
    package private(set) var withoutInfluence: [String] = []

    init(json: JSON?) throws(DomainError) {
        for entity in json?.array ?? [] {
            switch entity {
            case .string(let name): names.append(name)
            case .object(let members):
                for (name, properties) in members {
                    guard properties.isPythonTrue else {
                        throw DomainError("domain: entity \"\(name)\"", "nothing follows the colon; remove the colon.")
                    }
                    names.append(name)
                    if let list = properties["roles"]?.array { roles[name] = list.compactMap(\.string) }
                    if let list = properties["groups"]?.array { groups[name] = list.compactMap(\.string) }
                    if properties["influence_conversation"]?.bool == false { withoutInfluence.append(name) }
                }
            default: throw DomainError("domain: entities", "an entity must be a name or an object.")
            }
        }
    }

    /// `entity#role` and `entity#group` of one entity.
    func labels(of entity: String) -> [String] {
        ((roles[entity] ?? []) + (groups[entity] ?? [])).map { "\(entity)#\($0)" }
    }
}

extension Intent {
    /// An intent as the domain lists it: a name, or an object with the name and its properties.
    ///
    /// As in Rasa, `used_entities` in an archive is not read back; without `use_entities` all entities count.
    init(json: JSON, entities: EntityTypes) throws(DomainError) {
        var properties: JSON = [:]
        switch json {
        case .string(let name): self.name = name
        case .object(let members):
            guard let first = members.first else {
                throw DomainError("domain: intents", "an intent must have a name.")
            }
            name = first.key
            properties = first.value
            guard properties.isPythonTrue else {
                throw DomainError("domain: intent \"\(name)\"", "nothing follows the colon; remove the colon.")
            }
        default: throw DomainError("domain: intents", "an intent must be a name or an object.")
        }
        isRetrieval = properties["is_retrieval_intent"]?.isPythonTrue ?? false
        var included: Set<ExactString>
        if let list = properties["use_entities"], list != .bool(true) {
            included = Intent.withLabels((list.array ?? []).compactMap(\.string), entities)
        } else {
            included = Set<ExactString>(entities.names).subtracting(Set<ExactString>(entities.withoutInfluence))
            for name in entities.names { included.formUnion(Set<ExactString>(entities.labels(of: name))) }
        }
        let ignored = properties["ignore_entities"].map { ($0.array ?? []).compactMap(\.string) }
        usedEntities = included.subtracting(Intent.withLabels(ignored ?? entities.withoutInfluence, entities))
    }

    private static func withLabels(_ names: [String], _ entities: EntityTypes) -> Set<ExactString> {
        Set<ExactString>(names + names.flatMap(entities.labels(of:)))
    }
}
