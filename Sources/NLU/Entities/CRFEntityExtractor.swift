import ConditionalRandomField
import ExactText
import JSON
import ModelArchive
import TextFeatures

/// Finds entities by conditional random fields (Rasa's `CRFEntityExtractor`).
struct CRFEntityExtractor: Component {
    static let name = "CRFEntityExtractor"

    private struct Level: Sendable {
        let kind: TagKind
        let field: RandomField
        let window: FieldWindow
        let tags: [Tag]
    }

    private let levels: [Level]
    private let usesBILOU: Bool
    private let readsPatterns: Bool
    private let assembly: EntityAssembly
    /// Without any features of these featurizers there are no entities; nil for all featurizers.
    private let origins: Set<Int>?

    init(_ context: inout LoadingContext) throws(LoadError) {
        let options = context.options
        usesBILOU = options.flag("BILOU_flag", default: true)
        let splits = try options.switches("split_entities_by_comma", default: true)
        assembly = EntityAssembly(extractor: Self.name, splits: splits.byName, splitsOthers: splits.other)
        let lists = try FieldWindow.lists(options)
        readsPatterns = lists.contains { $0.contains(.pattern) }
        let names = try options.names("featurizers")
        let layout = context.layout
        origins = names == .all ? nil : Set(layout.indices.filter { names.contains(layout[$0].name) })
        var levels: [Level] = []
        for json in try Self.fitted(context)?.array ?? [] {
            guard let kind = json["kind"]?.string.flatMap(TagKind.init), let field = RandomField(json) else {
                throw context.bad(CRFTraining.fittedFile, "does not hold what was trained; prepare the archive again")
            }
            levels.append(
                Level(
                    kind: kind, field: field, window: FieldWindow(lists, includesEntity: kind != .entity),
                    tags: field.labels.map { Tag($0) }))
        }
        self.levels = levels
    }

    /// What was trained when the model was prepared. A model that was prepared without this is trained now.
    private static func fitted(_ context: LoadingContext) throws(LoadError) -> JSON? {
        if let fitted = try context.json(CRFTraining.fittedFile, .list(.map(.anything))) { return fitted }
        guard let sentences = try context.json(CRFTraining.dataFile, CRFTraining.dataShape),
            let order = try context.json(CRFTraining.orderFile, CRFTraining.orderShape)
        else { return nil }
        return try CRFTraining.fit(sentences: sentences, order: order, context.options)
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        guard !levels.isEmpty, message.features.contains(where: { origins?.contains($0.origin) ?? true }) else {
            return
        }
        var tokens = fieldTokens(of: message)
        var found: [TagKind: TagSequence] = [:]
        for level in levels {
            let marginals = level.field.marginals(of: tokens, level.window)
            guard marginals.count == tokens.count else { continue }
            var sequence = TagSequence(tags: [], confidences: [])
            for (index, row) in marginals.enumerated() {
                // Of equal probabilities the first one counts.
                let best = row.indices.reduce(row.startIndex) { row[$1] > row[$0] ? $1 : $0 }
                let tag = level.tags[best - row.startIndex]
                sequence.tags.append(tag)
                sequence.confidences.append(usesBILOU ? sum(of: tag, row, level.tags) : row[best])
                if level.kind == .entity { tokens[index].entityTag = level.field.labels[best - row.startIndex] }
            }
            if usesBILOU { sequence.repair() }
            found[level.kind] = sequence
        }
        message.entities += assembly.assemble(
            message.tokens, of: message.text, entities: found[.entity], roles: found[.role], groups: found[.group])
    }

    /// The probability of a kind of entity, whatever the word's place in it.
    private func sum(of tag: Tag, _ row: ArraySlice<Double>, _ tags: [Tag]) -> Double {
        zip(tags, row).reduce(0) { $1.0.name == tag.name ? $0 + $1.1 : $0 }
    }

    private func fieldTokens(of message: Message) -> [FieldToken] {
        message.tokens.enumerated().map { index, word in
            var token = FieldToken(message.text.bytes, in: word.bytes)
            if readsPatterns { token.patterns = message.patterns(ofToken: index) }
            if !usesBILOU {
                // Without prefixes the original sees the entities that other extractors found before.
                let entity = message.entities.first {
                    $0.start <= word.scalars.lowerBound && word.scalars.upperBound <= $0.end
                }
                token.entityTag =
                    entity.map { $0.entity.isEmpty ? Tag.none.name.string : $0.entity } ?? Tag.none.name.string
            }
            return token
        }
    }
}
