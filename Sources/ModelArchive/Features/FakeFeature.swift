package import ExactText
package import JSON

/// What stands in for an attribute of a turn that has none: a matrix without rows (an entry of Rasa's `fake_features`).
package struct FakeFeature: Sendable, Hashable {
    /// Such as `intent`.
    package let attribute: String
    /// `sequence` or `sentence`.
    package let kind: String
    /// The featurizer that makes the true ones.
    package let origin: String
    package let isSparse: Bool
    package let columns: Int

    package init(attribute: String, kind: String, origin: String, isSparse: Bool, columns: Int) {
        (self.attribute, self.kind, self.origin) = (attribute, kind, origin)
        (self.isSparse, self.columns) = (isSparse, columns)
    }
}

extension [FakeFeature] {
    /// The tensors, and their description by attributes in the order in which these first come.
    package func encoded() -> (tensors: [ExactString: SafeTensor], description: JSON) {
        var tensors: [ExactString: SafeTensor] = [:]
        var description: JSONObject = [:]
        for feature in self {
            let entries = description[feature.attribute]?.array ?? []
            let key = "\(feature.attribute)_\(entries.count)"
            if feature.isSparse {
                let empty = SparseFeatures(
                    rows: 0, columns: feature.columns, rowIndices: [], columnIndices: [], values: [])
                for (name, tensor) in empty.tensors { tensors["\(key)_\(name)"] = tensor }
            } else {
                tensors[key.exact] = SafeTensor(shape: [0, feature.columns], numbers: .float([]))
            }
            let entry: JSON = [
                "data_type": .string(feature.kind), "attribute": .string(feature.attribute),
                "origin": .string(feature.origin), "is_sparse": .bool(feature.isSparse),
                "shape": [0, .int(feature.columns)], "safetensors_key": .string(key),
            ]
            description[feature.attribute] = .array(entries + [entry])
        }
        return (tensors, .object(description))
    }
}
