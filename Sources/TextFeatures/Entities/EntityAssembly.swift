package import ExactText
import JSON

/// Puts tagged words together to entities (Rasa's `convert_predictions_into_entities`).
package struct EntityAssembly: Sendable {
    let extractor: String
    /// Whether words that are two or three characters apart are two entities, by kind of entity
    /// (`split_entities_by_comma`).
    let splits: [ExactString: Bool]
    let splitsOthers: Bool

    package init(extractor: String, splits: [ExactString: Bool], splitsOthers: Bool) {
        self.extractor = extractor
        self.splits = splits
        self.splitsOthers = splitsOthers
    }

    /// The largest distance of words of one entity that need not be split.
    private static let reach = 3

    /// - Parameters:
    ///   - entities: The tags of the words; nil if none was found, then there are no entities.
    ///   - roles: Likewise for roles; nil if none was found.
    ///   - groups: Likewise for groups.
    package func assemble(
        _ tokens: [Token], of text: MessageText, entities: TagSequence?, roles: TagSequence?, groups: TagSequence?
    ) -> [EntityMatch] {
        guard let entities else { return [] }
        var found: [EntityMatch] = []
        var (lastTag, lastRole, lastGroup, lastEnd) = (Tag.none, Tag.none.name, Tag.none.name, -1)
        for (index, token) in tokens.enumerated() {
            let tag = entities.tags[index]
            if tag.isNone {
                // The last role and group are kept, as in the original.
                (lastTag, lastEnd) = (.none, token.scalars.upperBound)
                continue
            }
            let role = roles?.tags[index].name ?? Tag.none.name
            let group = groups?.tags[index].name ?? Tag.none.name
            let labelsChanged = lastGroup != group || lastRole != role
            let isNew: Bool
            if let prefix = tag.prefix {
                isNew =
                    (lastTag != tag && prefix != .last && prefix != .inside) || lastTag.isNone || prefix == .unit
                    || labelsChanged
            } else {
                isNew = lastTag != tag || labelsChanged
            }
            if isNew || found.isEmpty || !belongs(token.scalars.lowerBound - lastEnd, to: tag.name) {
                found.append(
                    EntityMatch(
                        entity: tag.name.string, start: token.scalars.lowerBound, end: token.scalars.upperBound,
                        value: .null,
                        confidence: entities.confidences[index], role: label(role, roles, index),
                        group: label(group, groups, index), extractor: extractor))
            } else {
                extend(&found[found.count - 1], to: token, index, entities, roles, groups)
            }
            (lastTag, lastRole, lastGroup, lastEnd) = (tag, role, group, token.scalars.upperBound)
        }
        for index in found.indices {
            found[index].value = .string(text.string(scalars: found[index].start..<found[index].end))
        }
        return found
    }

    /// Whether a word belongs to the entity of the word before. (The original also looks at the characters between
    /// them, in a way that never says no.)
    private func belongs(_ distance: Int, to entity: ExactString) -> Bool {
        distance <= 1 || distance <= Self.reach && !(splits[entity] ?? splitsOthers)
    }

    private func label(_ name: ExactString, _ sequence: TagSequence?, _ index: Int) -> EntityMatch.Label? {
        guard let sequence, name != Tag.none.name else { return nil }
        return EntityMatch.Label(name: name.string, confidence: sequence.confidences[index])
    }

    private func extend(
        _ match: inout EntityMatch, to token: Token, _ index: Int, _ entities: TagSequence, _ roles: TagSequence?,
        _ groups: TagSequence?
    ) {
        match.end = token.scalars.upperBound
        match.confidence = min(match.confidence ?? 1, entities.confidences[index])
        if let role = match.role, let roles {
            match.role?.confidence = min(role.confidence, roles.confidences[index])
        }
        if let group = match.group, let groups {
            match.group?.confidence = min(group.confidence, groups.confidences[index])
        }
    }
}
