package import TextFeatures

/// The properties of a word and of its neighbours that a conditional random field looks at (the setting `features`),
/// and how they become named attributes.
package struct FieldWindow: Sendable {
    /// A property of the word at one distance, with the beginning of its attributes' names.
    private struct Place: Sendable {
        let feature: FieldFeature
        let name: [UInt8]
    }

    private let places: [[Place]]

    /// Before the first word of a text and behind its last.
    private static let (before, behind) = (Array("BOS".utf8), Array("EOS".utf8))

    /// - Parameters:
    ///   - lists: Features per place, the word itself in the middle; an odd number.
    ///   - includesEntity: Adds the tag of the entity at each place, as fields of roles and groups do.
    package init(_ lists: [[FieldFeature]], includesEntity: Bool) {
        var places: [[Place]] = []
        for (index, list) in lists.enumerated() {
            var row: [Place] = []
            // A feature that is named twice counts once.
            for feature in list + (includesEntity ? [.entity] : [])
            where !row.contains(where: { $0.feature == feature }) {
                row.append(Place(feature: feature, name: Array("\(index - lists.count / 2):\(feature.rawValue)".utf8)))
            }
            places.append(row)
        }
        self.places = places
    }

    /// Reads the option `features`, where the default is that of Rasa.
    package static func lists(_ options: ComponentOptions) throws(LoadError) -> [[FieldFeature]] {
        let around = ["low", "title", "upper"]
        let names = try options.lists(
            "features",
            default: [
                around,
                [
                    "low", "bias", "prefix5", "prefix2", "suffix5", "suffix3", "suffix2", "upper", "title", "digit",
                    "pattern",
                ],
                around,
            ])
        guard names.count % 2 == 1 else {
            throw LoadError(
                .badSetting,
                "Node \(options.node): 'features' must have an odd number of lists, one for the word itself.")
        }
        var lists: [[FieldFeature]] = []
        for list in names {
            var features: [FieldFeature] = []
            for name in list {
                guard let feature = FieldFeature(rawValue: name) else {
                    let known = FieldFeature.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
                    throw LoadError(
                        .badSetting, "Node \(options.node): the feature '\(name)' is not known. Known are: \(known).")
                }
                features.append(feature)
            }
            lists.append(features)
        }
        return lists
    }

    /// Calls `body` with the name and the weight of each attribute of a word.
    func forEachAttribute(
        of index: Int, in tokens: [FieldToken], name buffer: inout [UInt8],
        _ body: (_ name: borrowing [UInt8], _ weight: Double) -> Void
    ) {
        var (sawStart, sawEnd) = (false, false)
        for (place, row) in places.enumerated() {
            let at = index + place - places.count / 2
            if at >= tokens.count {
                if !sawEnd { body(Self.behind, 1) }
                sawEnd = true
                continue
            }
            if at < 0 {
                if !sawStart { body(Self.before, 1) }
                sawStart = true
                continue
            }
            for entry in row {
                guard let contribution = entry.feature.contribution(of: tokens[at]) else { continue }
                buffer.removeAll(keepingCapacity: true)
                buffer.append(contentsOf: entry.name)
                switch contribution {
                case .weight(let weight): body(buffer, weight)
                case .text(let bytes, let range):
                    buffer.append(UInt8(ascii: ":"))
                    buffer.append(contentsOf: bytes[range])
                    body(buffer, 1)
                case .several(let parts):
                    buffer.append(UInt8(ascii: ":"))
                    let start = buffer.count
                    for (name, weight) in parts {
                        buffer.removeSubrange(start...)
                        buffer.append(contentsOf: name.utf8)
                        body(buffer, weight)
                    }
                }
            }
        }
    }
}
