import ExactText

/// The order in which Keras lists the trainable variables of Rasa's networks, which is that of the optimizer's moments:
/// they are found by number alone.
///
/// Entries of dictionaries come in the order of their names, elements of lists in that of their numbers, and attributes
/// in the order in which Rasa's and Keras' layers set them, a layer's own variables first.
struct VariableOrder: Comparable {
    private let steps: [Step]

    init(ofTensor name: String) {
        let parts = name.exact.split(separator: "/").map { String($0) }
        steps = parts.indices.map { index in
            let part = parts[index]
            if let number = Int(part) { return Step(rank: number) }
            // The norm comes first in an encoder layer, and last in the transformer as a whole.
            if part == "_layer_norm", !parts[..<index].contains("_enc_layers") { return Step(rank: 2) }
            return VariableOrder.ranks[part.exact].map { Step(rank: $0) } ?? Step(name: part.exact)
        }
    }

    static func < (left: VariableOrder, right: VariableOrder) -> Bool {
        left.steps.lexicographicallyPrecedes(right.steps)
    }

    /// Places of attributes among those of their layer.
    private static let ranks: [ExactString: Int] = [
        "_embedding": 0, "_enc_layers": 1,
        "_layer_norm": 0, "_mha": 1, "_ffn_layers": 2,
        "key_relative_embeddings": 0, "value_relative_embeddings": 1, "_query_dense_layer": 2, "_key_dense_layer": 3,
        "_value_dense_layer": 4, "_output_dense_layer": 5,
        "kernel": 0, "bias": 1,
        "gamma": 0, "beta": 1,
    ]

    private struct Step: Comparable {
        var rank = 0
        var name: ExactString = ""

        static func < (left: Step, right: Step) -> Bool { (left.rank, left.name) < (right.rank, right.name) }
    }
}
