import ExactText
import JSON
import ModelArchive
import TextFeatures

/// Replaces the values of entities by what the training data call them (Rasa's `EntitySynonymMapper`).
struct EntitySynonymMapper: Component {
    private static let name = "EntitySynonymMapper"
    private let synonyms: [ExactString: JSON]

    init(_ context: inout LoadingContext) throws(LoadError) {
        let stored = try context.json("synonyms.json", .map(.scalar))?.object ?? [:]
        synonyms = Dictionary(uniqueKeysWithValues: stored.map { ($0.key.exact, $0.value) })
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        guard !synonyms.isEmpty else { return }
        for index in message.entities.indices {
            guard let value = Self.pythonText(message.entities[index].value),
                let synonym = synonyms[Lowercasing.lowercased(value)]
            else { continue }
            message.entities[index].value = synonym
            message.entities[index].processors.append(Self.name)
        }
    }

    /// Python's `str` of a value; nil of lists and objects, which no synonym looks like.
    private static func pythonText(_ value: JSON) -> String? {
        switch value {
        case .string(let text): text
        case .bool(let bool): bool ? "True" : "False"
        case .null: "None"
        case .array, .object: nil
        default: value.text()
        }
    }
}
