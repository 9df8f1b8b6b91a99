import TextFeatures

/// A property of a word that a conditional random field looks at, by its name in a configuration.
package enum FieldFeature: String, Sendable, CaseIterable {
    case low, title, upper, digit, bias, prefix5, prefix2, suffix5, suffix3, suffix2, suffix1, pattern, pos, pos2
    case denseFeatures = "text_dense_features"
    case entity

    /// What a property contributes to a word.
    enum Contribution {
        /// An attribute of weight 1 whose name ends in these bytes of a text.
        case text([UInt8], Range<Int>)
        /// The attribute that is called like the feature, with a weight.
        case weight(Double)
        /// Several attributes with the ends of their names.
        case several([(name: String, weight: Double)])
    }

    /// The contribution of this property of a word; nil if it has none.
    func contribution(of token: FieldToken) -> Contribution? {
        let bytes = token.bytes
        func whole(_ text: [UInt8]) -> Contribution { .text(text, 0..<text.count) }
        func flag(_ value: Bool) -> Contribution { .weight(value ? 1 : 0) }
        func prefix(_ count: Int) -> Contribution {
            .text(bytes, 0..<UTF8Reading.end(ofFirst: count, in: 0..<bytes.count, of: bytes))
        }
        func suffix(_ count: Int) -> Contribution {
            .text(bytes, UTF8Reading.start(ofLast: count, in: 0..<bytes.count, of: bytes)..<bytes.count)
        }
        switch self {
        case .low: return whole(token.lowercased)
        case .title: return flag(token.shape.isTitle)
        case .upper: return flag(token.shape.isUpper)
        case .digit: return flag(token.shape.isDigit)
        case .bias: return whole(Array("bias".utf8))
        case .prefix5: return prefix(5)
        case .prefix2: return prefix(2)
        case .suffix5: return suffix(5)
        case .suffix3: return suffix(3)
        case .suffix2: return suffix(2)
        case .suffix1: return suffix(1)
        case .pos: return token.partOfSpeech.map { whole(Array($0.utf8)) }
        case .pos2: return token.partOfSpeech.map { whole(Array(String($0.unicodeScalars.prefix(2)).utf8)) }
        case .entity: return whole(Array(token.entityTag.utf8))
        case .pattern: return .several(token.patterns.map { ($0.name, $0.isFound ? 1 : 0) })
        case .denseFeatures:
            return .several(token.dense.enumerated().map { ("\(rawValue):\($0.offset)", $0.element) })
        }
    }
}
