/// Values of the features of a `LexicalSyntacticFeaturizer`, as training collects them.
package enum TrainingShapes {
    /// The features of each place of the window where nothing is configured.
    package static let defaultFeatures = [
        ["low", "title", "upper"], ["BOS", "EOS", "low", "upper", "title", "digit"], ["low", "title", "upper"],
    ]

    package static let names: Set = [
        "low", "title", "upper", "digit", "BOS", "EOS", "pos", "pos2", "prefix5", "prefix2", "suffix5", "suffix3",
        "suffix2", "suffix1",
    ]

    /// The value of a feature as Python writes it; nil for a feature that is not known.
    package static func value(of feature: String, _ words: [String], at index: Int) -> String? {
        let word = words[index]
        let bytes = Array(word.utf8)
        let shape = WordShape(of: bytes, in: 0..<bytes.count)
        switch feature {
        case "low": return text(shape.isLower)
        case "title": return text(shape.isTitle)
        case "upper": return text(shape.isUpper)
        case "digit": return text(shape.isDigit)
        case "BOS": return text(index == 0)
        case "EOS": return text(index == words.count - 1)
        case "pos", "pos2": return "None"
        case "prefix5", "prefix2": return String(word.unicodeScalars.prefix(count(feature)))
        case "suffix5", "suffix3", "suffix2", "suffix1": return String(word.unicodeScalars.suffix(count(feature)))
        default: return nil
        }
    }

    private static func text(_ value: Bool) -> String { value ? "True" : "False" }

    private static func count(_ feature: String) -> Int { Int(feature.suffix(1)) ?? 0 }
}
