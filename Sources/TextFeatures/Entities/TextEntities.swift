package import JSON
package import ModelArchive

/// Makes entities of the tags that a policy gives the words of a message.
package struct TextEntities: Sendable {
    private let usesBILOU: Bool
    private let assembly: EntityAssembly

    /// The rules of a policy's node: `BILOU_flag` and `split_entities_by_comma`.
    ///
    /// - Throws: ``LoadError`` for a setting that has another form.
    package init(_ node: GraphNode) throws(LoadError) {
        let options = ComponentOptions(node: node.name, values: node.config)
        usesBILOU = options.flag("BILOU_flag", default: true)
        let splits = try options.switches("split_entities_by_comma", default: true)
        assembly = EntityAssembly(
            extractor: node.component, splits: splits.byName, splitsOthers: splits.other)
    }

    /// The entities of a text in Rasa's form.
    ///
    /// - Parameters:
    ///   - tags: The tag of every word as the archive writes it, `O` for none.
    ///   - confidences: The confidence in each.
    package func entities(
        in text: String, tags: [String], confidences: [Double], by featurizer: TextFeaturizer
    ) -> [JSON] {
        let message = featurizer.process(text, as: .text)
        guard message.tokens.count <= min(tags.count, confidences.count) else { return [] }
        var sequence = TagSequence(tags: tags.map { Tag($0) }, confidences: confidences)
        guard sequence.tags.contains(where: { !$0.isNone }) else { return [] }
        if usesBILOU { sequence.repair() }
        return assembly.assemble(message.tokens, of: message.text, entities: sequence, roles: nil, groups: nil)
            .map(\.json)
    }
}
