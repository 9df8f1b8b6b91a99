import Dialogue
import ExactText
package import JSON
import Tensors
package import TextFeatures

/// States as features of their attributes (Rasa's `SingleStateFeaturizer`): sparse rows, and of texts what the
/// featurizers of the pipeline make of them.
package struct TurnFeatures: Sendable {
    private let columns: [ExactString: [ExactString: Int]]
    /// The columns of the features of each slot.
    private let slotColumns: [ExactString: [Int: Int]]
    private let texts: TextFeaturizer?
    /// Names of the featurizers that are used.
    private let featurizers: NameSelection

    /// Reads `feature_states` of `featurizer.json`: attribute → name → column.
    package init(_ featurizer: JSON, texts: TextFeaturizer? = nil, featurizers: NameSelection = .all) {
        self.texts = texts
        self.featurizers = featurizers
        var columns: [ExactString: [ExactString: Int]] = [:]
        for (attribute, names) in featurizer["state_featurizer"]?["feature_states"]?.object ?? [:] {
            var table: [ExactString: Int] = [:]
            for (name, column) in names.object ?? [:] { table[name] = column.int }
            columns[attribute] = table
        }
        self.columns = columns
        var slotColumns: [ExactString: [Int: Int]] = [:]
        for (name, column) in columns["slots"] ?? [:] {
            // Of a slot `size` the columns are `size_0`, `size_1` and so on.
            guard let end = name.utf8.lastIndex(of: UInt8(ascii: "_")),
                let number = Int(name.string[name.utf8.index(after: end)...])
            else { continue }
            slotColumns[String(name.string[..<end]), default: [:]][number] = column
        }
        self.slotColumns = slotColumns
    }

    /// The features of an attribute in one turn; nil where the state lacks it.
    package func features(_ attribute: String, of state: DialogueState) -> AttributeFeatures? {
        if let kind = TextFeaturizer.Attribute(rawValue: attribute), texts != nil {
            guard let text = text(kind, of: state) else { return nil }
            if let found = textFeatures(attribute, text) { return found }
            // Where no featurizer looks at names, they are what they are without texts.
            guard kind == .intent || kind == .actionName else { return nil }
        }
        return row(attribute, of: state).map { AttributeFeatures(sentence: FeatureSet(sparse: $0)) }
    }

    /// What the featurizers of the pipeline make of a text or name; nil where that is nothing, or there are none.
    package func textFeatures(_ attribute: String, _ text: String) -> AttributeFeatures? {
        guard let texts, let kind = TextFeaturizer.Attribute(rawValue: attribute),
            let found = texts.features(of: text, as: kind, by: featurizers)
        else { return nil }
        switch kind {
        case .text, .actionText: return AttributeFeatures(sequence: found.sequence, sentence: found.sentence)
        case .intent, .actionName:
            return (found.sequence?.sparse?.sumOfRows()).map { AttributeFeatures(sentence: FeatureSet(sparse: $0)) }
        // Only response selectors know these.
        case .response, .responseKey: return nil
        }
    }

    private func text(_ attribute: TextFeaturizer.Attribute, of state: DialogueState) -> String? {
        switch attribute {
        case .text: return state.followsListen ? state.user?.text : nil
        case .intent: return state.followsListen ? state.user?.intent : nil
        case .actionName: return state.previousAction?.name
        case .actionText:
            guard case .text(let text)? = state.previousAction else { return nil }
            return text
        // Only response selectors know these.
        case .response, .responseKey: return nil
        }
    }

    /// The row of an attribute in one turn; nil where the state lacks it. Names without a column leave a zero row.
    private func row(_ attribute: String, of state: DialogueState) -> SparseMatrix? {
        let table = columns[attribute] ?? [:]
        var row: [(column: Int, value: Float)]
        if attribute == "slots" {
            guard !state.slots.isEmpty else { return nil }
            row = []
            for slot in state.slots.entries {
                guard let columns = slotColumns[slot.name] else { continue }
                for (number, value) in slot.values.enumerated() where value != 0 {
                    if let column = columns[number] { row.append((column, Float(value))) }
                }
            }
        } else {
            guard let names = names(attribute, of: state) else { return nil }
            row = names.compactMap { name in table[name].map { (column: $0, value: 1) } }
        }
        row = row.filter { $0.column < table.count }.sorted { $0.column < $1.column }
        var matrix = SparseMatrix(columns: table.count)
        matrix.appendRow(row)
        return matrix
    }

    private func names(_ attribute: String, of state: DialogueState) -> [String]? {
        switch attribute {
        case "action_name": state.previousAction?.name.map { [$0] }
        // What the user said is seen in the turn in which it is new.
        case "intent": state.followsListen ? state.user?.intent.map { [$0] } : nil
        case "entities": state.followsListen ? state.user?.entities : nil
        case "active_loop": state.activeLoop.map { [$0] }
        default: nil
        }
    }
}
