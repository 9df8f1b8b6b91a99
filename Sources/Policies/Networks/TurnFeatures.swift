internal import JSON
internal import Tensors
internal import Understanding

/// States as features of their attributes (Rasa's `SingleStateFeaturizer`): sparse rows, and of texts what the
/// featurizers of the pipeline make of them.
struct TurnFeatures: Sendable {
    private let columns: [String: [String: Int]]
    private let texts: TextFeaturizer?
    /// Names of the featurizers that are used.
    private let featurizers: NameSelection

    /// Reads `feature_states` of `featurizer.json`: attribute → name → column.
    init(_ featurizer: JSON, texts: TextFeaturizer? = nil, featurizers: NameSelection = .all) {
        self.texts = texts
        self.featurizers = featurizers
        var columns: [String: [String: Int]] = [:]
        for (attribute, names) in featurizer["state_featurizer"]?["feature_states"]?.object ?? [:] {
            var table: [String: Int] = [:]
            for (name, column) in names.object ?? [:] { table[name] = column.int }
            columns[attribute] = table
        }
        self.columns = columns
    }

    /// The features of an attribute in one turn; nil where the state lacks it.
    func features(_ attribute: String, of state: DialogueState) -> AttributeFeatures? {
        if let texts, let kind = TextFeaturizer.Attribute(rawValue: attribute) {
            guard let text = text(kind, of: state) else { return nil }
            let found = texts.features(of: text, as: kind, by: featurizers)
            switch kind {
            case .text, .actionText:
                return found.map { AttributeFeatures(sequence: $0.sequence, sentence: $0.sentence) }
            case .intent, .actionName:
                // Where no featurizer looks at names, they are what they are without texts.
                if let sum = found?.sequence?.sparse?.sumOfRows() {
                    return AttributeFeatures(sentence: FeatureSet(sparse: sum))
                }
            }
        }
        return row(attribute, of: state).map { AttributeFeatures(sentence: FeatureSet(sparse: $0)) }
    }

    private func text(_ attribute: TextFeaturizer.Attribute, of state: DialogueState) -> String? {
        switch attribute {
        case .text: return state.followsListen ? state.user?.text : nil
        case .intent: return state.followsListen ? state.user?.intent : nil
        case .actionName: return state.previousAction?.name
        case .actionText:
            guard case .text(let text)? = state.previousAction else { return nil }
            return text
        }
    }

    /// The row of an attribute in one turn; nil where the state lacks it. Names without a column leave a zero row.
    private func row(_ attribute: String, of state: DialogueState) -> SparseMatrix? {
        guard let values = values(attribute, of: state) else { return nil }
        let table = columns[attribute] ?? [:]
        var matrix = SparseMatrix(columns: table.count)
        matrix.appendRow(
            values.compactMap { name, value in
                guard value != 0, let column = table[name], column < table.count else { return nil }
                return (column: column, value: Float(value))
            }.sorted { $0.column < $1.column })
        return matrix
    }

    private func values(_ attribute: String, of state: DialogueState) -> [(String, Double)]? {
        switch attribute {
        case "action_name": return state.previousAction?.name.map { [($0, 1)] }
        // What the user said is seen in the turn in which it is new.
        case "intent": return state.followsListen ? state.user?.intent.map { [($0, 1)] } : nil
        case "entities": return state.followsListen ? state.user?.entities?.map { ($0, 1) } : nil
        case "slots":
            guard !state.slots.isEmpty else { return nil }
            return state.slots.flatMap { name, features in
                features.enumerated().map { ("\(name)_\($0.offset)", $0.element) }
            }
        case "active_loop": return state.activeLoop.map { [($0, 1)] }
        default: return nil
        }
    }
}
