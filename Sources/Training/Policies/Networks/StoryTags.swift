import ExactText
import TextFeatures

/// The tags of entities in the texts of stories (Rasa's `SingleStateFeaturizer.encode_entities`).
struct StoryTags {
    let spec: EntityTagSpec
    private let ids: [ExactString: Int32]
    private let tags: EntityTags
    private let texts: TextFeaturizer

    /// - Parameter names: What can be a tag, in the order of the ids: all that entities are as a part of states.
    init(_ names: [String], usesBILOU: Bool, _ texts: TextFeaturizer) {
        spec = EntityTagSpec(kind: "entity", ordered: names, isBILOU: usesBILOU)
        ids = Dictionary(
            spec.tags.enumerated().map { ($1.exact, Int32($0)) }, uniquingKeysWith: { _, last in last })
        tags = EntityTags(usesBILOU: usesBILOU)
        self.texts = texts
    }

    /// The tag of each word of a message; what has none is tagged as nothing.
    func tags(of message: DialogueSequences.Annotated) -> [Int32] {
        var example = Example(text: message.text.string, intent: nil)
        example.entities = message.entities.compactMap { Example.Annotation(json: $0) }
        let tokens = texts.process(example.text, as: .text).tokens
        return tags.tags(.entity, of: example, tokens).map { ids[$0] ?? 0 }
    }
}
