internal import JSON
internal import Tensors

/// States as sparse rows, one for each attribute (Rasa's `SingleStateFeaturizer`).
struct TurnFeatures: Sendable {
    private let columns: [String: [String: Int]]

    /// Reads `feature_states` of `featurizer.json`: attribute → name → column.
    init(_ featurizer: JSON) {
        var columns: [String: [String: Int]] = [:]
        for (attribute, names) in featurizer["state_featurizer"]?["feature_states"]?.object ?? [:] {
            var table: [String: Int] = [:]
            for (name, column) in names.object ?? [:] { table[name] = column.int }
            columns[attribute] = table
        }
        self.columns = columns
    }

    /// The row of an attribute in one turn; nil where the state lacks it. Names without a column leave a zero row.
    func row(_ attribute: String, of state: DialogueState) -> SparseMatrix? {
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
