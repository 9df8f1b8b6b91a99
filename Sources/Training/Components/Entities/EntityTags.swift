import ExactText
import TextFeatures

/// Gives the words of examples the tags that networks and random fields learn.
struct EntityTags: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case entity, role, group

        func name(of annotation: Example.Annotation) -> String? {
            switch self {
            case .entity: annotation.entity
            case .role: annotation.role
            case .group: annotation.group
            }
        }
    }

    /// What a word is tagged with that belongs to nothing.
    static let none = "O"

    /// Whether a tag says where in an entity its word stands.
    let usesBILOU: Bool

    /// One tag for each word.
    func tags(_ kind: Kind, of example: Example, _ tokens: [Token]) -> [String] {
        let named = example.entities.compactMap { annotation in
            kind.name(of: annotation).flatMap { $0.isEmpty || $0 == Self.none ? nil : (annotation, $0) }
        }
        guard !named.isEmpty else { return Array(repeating: Self.none, count: tokens.count) }
        return usesBILOU ? Self.placed(named, tokens) : Self.covering(kind, example.entities, tokens)
    }

    /// Tags of the entities that begin and end with words; of two at one place the later one counts (Rasa's
    /// `bilou_tags_from_offsets`).
    private static func placed(_ named: [(Example.Annotation, String)], _ tokens: [Token]) -> [String] {
        var tags = Array(repeating: none, count: tokens.count)
        for (annotation, name) in named {
            guard let first = tokens.lastIndex(where: { $0.scalars.lowerBound == annotation.start }),
                let last = tokens.lastIndex(where: { $0.scalars.upperBound == annotation.end })
            else { continue }
            guard first != last else {
                tags[first] = "U-" + name
                continue
            }
            tags[first] = "B-" + name
            if first + 1 < last { for index in first + 1..<last { tags[index] = "I-" + name } }
            tags[last] = "L-" + name
        }
        return tags
    }

    /// Tags by the entity that covers most of a word; the first of equals (Rasa's `determine_token_labels`).
    private static func covering(_ kind: Kind, _ entities: [Example.Annotation], _ tokens: [Token]) -> [String] {
        tokens.map { token in
            var best: (size: Int, annotation: Example.Annotation)?
            for annotation in entities {
                let size =
                    min(annotation.end, token.scalars.upperBound) - max(annotation.start, token.scalars.lowerBound)
                if size > best?.size ?? 0 { best = (size, annotation) }
            }
            let name = best.flatMap { kind.name(of: $0.annotation) } ?? ""
            return name.isEmpty ? none : name
        }
    }

    /// The names that tags of a kind can have. With places only entities count that were found among the words, without
    /// all that are marked.
    func names(_ kind: Kind, of examples: some Sequence<Example>, tags: some Sequence<[String]>) -> Set<ExactString> {
        if usesBILOU {
            return Set(
                tags.joined().filter { $0 != Self.none }.map { String($0.unicodeScalars.dropFirst(2)).exact })
        }
        return Set(
            examples.flatMap(\.entities).compactMap { kind.name(of: $0) }.filter { !$0.isEmpty && $0 != Self.none }
                .map(\.exact))
    }

    /// Warns of each example with an entity that does not begin and end with words.
    static func warning(of example: Example, _ tokens: [Token]) -> TrainingWarning? {
        let wrong = example.entities.first { annotation in
            !tokens.contains { $0.scalars.lowerBound == annotation.start }
                || !tokens.contains { $0.scalars.upperBound == annotation.end }
        }
        return wrong.map { annotation in
            TrainingWarning(
                at: example.place,
                "the entity '\(annotation.entity)' in '\(example.text)' does not begin and end with words: "
                    + "'\(example.surface(of: annotation))'; mark whole words, or it is not learned")
        }
    }
}
