import ExactText
import JSON
import ModelArchive
import OrderedCollections

/// Looks at the shape of each word and of its neighbours (Rasa's `LexicalSyntacticFeaturizer`).
struct LexicalSyntacticFeaturizer: Component {
    private let origin: Int
    private let columns: Int
    /// The features of each place of the window around a word.
    private let window: [[LexicalFeature]]

    init(_ context: inout LoadingContext) throws(LoadError) {
        let file = "feature_to_idx_dict.json"
        let stored = try context.json(file, .map(.map(.whole)))?.object ?? [:]
        columns = stored.values.reduce(0) { $0 + ($1.object?.count ?? 0) }
        let names = try context.options.lists(
            "features",
            default: [
                ["low", "title", "upper"], ["BOS", "EOS", "low", "upper", "title", "digit"], ["low", "title", "upper"],
            ])
        var window: [[LexicalFeature]] = []
        for (place, names) in names.enumerated() {
            var features: [LexicalFeature] = []
            // A feature that is named twice counts once.
            for name in OrderedSet(names.map(\.exact)).map(\.string) {
                guard let values = stored["\(place)###\(name)"]?.object, !values.isEmpty else { continue }
                guard let table = Vocabulary(values, columns: 0..<columns) else {
                    throw context.bad(file, "has a column of '\(place)###\(name)' that is out of place")
                }
                guard let feature = LexicalFeature(name, table) else {
                    throw LoadError(.badSetting, "Node \(context.node.name): the feature '\(name)' is not known.")
                }
                features.append(feature)
            }
            window.append(features)
        }
        self.window = window
        origin = context.addFeatures(sequence: columns, sentence: 0)
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        guard message.attribute == .text, columns > 0, !message.tokens.isEmpty else { return }
        let tokens = message.tokens
        let shapes = tokens.map { WordShape(of: message.text.bytes, in: $0.bytes) }
        var matrix = SparseRows(columns: columns)
        for anchor in tokens.indices {
            for (place, features) in window.enumerated() {
                let index = anchor + place - window.count / 2
                guard tokens.indices.contains(index) else { continue }
                for feature in features {
                    let column = feature.column(
                        of: tokens[index].bytes, in: message.text.bytes, shape: shapes[index], isFirst: index == 0,
                        isLast: index == tokens.count - 1)
                    if let column { matrix.add(column) }
                }
            }
            matrix.endRow()
        }
        message.add(FeatureBlock(origin: origin, sequence: matrix, sentence: nil))
    }
}
