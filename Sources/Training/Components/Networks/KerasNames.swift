import ExactText

/// What Keras calls the variables of Rasa's networks, under which TensorBoard shows them: the names of their layers, or
/// where Rasa gives none, the kind with a number in the order in which such layers are made.
struct KerasNames {
    private var names: [ExactString: String] = [:]

    /// - Parameter paths: Those of all variables of a network, as checkpoints have them.
    init(_ paths: [String]) {
        var numbers = LayerNumbers()
        let conditions = Self.conditions(paths)
        // Rasa makes layers attribute by attribute, those of labels after those of what is heard.
        let places = paths.enumerated().map { (place: Place($0.element, $0.offset), path: $0.element) }
        for (place, path) in places.sorted(by: { $0.place < $1.place }) {
            let name = Self.name(ofVariable: path, &numbers)
            names[path.exact] = conditions[place.condition.exact].map { "\($0)/\(name)" } ?? name
        }
    }

    /// What a variable is called; one that is not of the network by its path.
    subscript(path: String) -> String { names[path.exact] ?? path }

    private static func name(ofVariable path: String, _ numbers: inout LayerNumbers) -> String {
        var walk = Walk()
        let parts = path.exact.split(separator: "/").map { String($0) }
        for index in parts.indices.dropLast() {
            let isNorm = parts[index + 1].exact == "gamma" || parts[index + 1].exact == "beta"
            switch walk.step(into: parts[index], isNorm: isNorm) {
            case nil: break
            case .named(let names): walk.scopes += names
            case .kind(let kind):
                walk.scopes.append(numbers.name(kind, of: parts[...index].joined(separator: "/")))
            }
        }
        return (walk.scopes + ["\(parts.last ?? "")_0"]).joined(separator: "/")
    }

    /// Around the layers of each attribute of turns is one of TensorFlow's conditions, since not all batches have it, and
    /// around those of tags of texts.
    private static func conditions(_ paths: [String]) -> [ExactString: String] {
        guard paths.contains(where: { $0.exact.hasPrefix("embed.dialogue/") }) else { return [:] }
        let attributes = Set(paths.map { Place($0, 0) }.filter { $0.group == 0 }.map(\.attribute.exact))
        var conditions: [ExactString: String] = [:]
        for (index, attribute) in attributes.sorted().enumerated() {
            conditions[attribute] = index == 0 ? "cond" : "cond_\(index)"
        }
        conditions[Place.tags.exact] = "cond_\(attributes.count)"
        return conditions
    }

    /// Where a variable stands in the order in which Rasa makes layers.
    private struct Place: Comparable {
        /// Of what is heard and said, of labels, of the rest.
        let group: Int
        let attribute: String
        /// What a condition is named after: the attribute, or that it is about tags.
        let condition: String
        private let index: Int

        init(_ path: String, _ index: Int) {
            let layer = path.exact.split(separator: "/").first.map { String($0) } ?? ""
            let words = layer.exact.split(separator: ".", maxSplits: 1).map { String($0) }
            let isOfAttribute = Self.kinds.contains(exact: words.first ?? "")
            attribute = isOfAttribute && words.count > 1 ? words[1] : ""
            group = !isOfAttribute ? 2 : attribute.exact.hasPrefix("label") ? 1 : 0
            let isOfTags = layer.exact.hasPrefix("crf.") || layer.exact.hasSuffix(".logits")
            condition = isOfTags ? Self.tags : attribute
            self.index = index
        }

        static let tags = "tags of texts"
        private static let kinds = [
            "sequence_layer", "feature_combining_layer", "ffnn", "sparse_dense_concat_layer", "encoding_layer",
        ]

        static func < (left: Place, right: Place) -> Bool {
            (left.group, left.attribute.exact, left.index) < (right.group, right.attribute.exact, right.index)
        }

        static func == (left: Place, right: Place) -> Bool { left.index == right.index }
    }

    /// Layers to which Rasa gives no names.
    private struct LayerNumbers {
        /// How many there were of a kind.
        private var counts: [ExactString: Int] = [:]
        /// By their paths.
        private var names: [ExactString: String] = [:]

        mutating func name(_ kind: String, of path: String) -> String {
            if let known = names[path.exact] { return known }
            let count = counts[kind.exact, default: 0]
            counts[kind.exact] = count + 1
            let name = count == 0 ? kind : "\(kind)_\(count)"
            names[path.exact] = name
            return name
        }
    }

    private enum Layer {
        case named([String])
        case kind(String)
    }

    /// The way from a network to a variable.
    private struct Walk {
        var scopes: [String] = []
        /// What the layers around are for, such as `text` or `label_action_name`.
        private var attribute = ""
        /// How the layers of a sequence of hidden ones are called.
        private var hidden = ""
        /// The list that elements are of.
        private var list = ""
        private var isInEncoder = false

        private static let dense = Layer.kind("randomly_connected_dense")

        /// What comes to the name with a part of the path; nil for nothing.
        mutating func step(into part: String, isNorm: Bool) -> Layer? {
            let words = part.exact.split(separator: ".", maxSplits: 1).map { String($0) }
            let rest = words.count > 1 ? words[1] : ""
            if let number = Int(part) { return element(number, isNorm: isNorm) }
            switch words.first?.exact {
            case "embed":
                // The part of a tagger comes first in Keras: `logits.entity`.
                let parts = rest.exact.split(separator: ".").map { String($0) }
                let name = parts.reversed().joined(separator: ".")
                return .named(["embed_\(name)", "embed_layer_\(name)"])
            case "sequence_layer":
                attribute = rest
                return .named(["rasa_sequence_layer_\(rest)"])
            case "feature_combining_layer":
                attribute = rest
                return .named(["rasa_feature_combining_layer_\(rest)"])
            case "feature_combining": return .named(["rasa_feature_combining_layer_\(attribute)"])
            case "sparse_dense": return concatenation(of: rest)
            case "sparse_dense_concat_layer":
                attribute = rest
                return concatenation(of: "sentence")
            case "sparse_to_dense": return .named(["sparse_to_dense.\(hidden)"])
            case "sparse_to_dense_for_token_ids": return .named(["sparse_to_dense_for_token_ids.\(attribute)"])
            case "unify_dims_before_seq_sent_concat": return hiddenLayers("unify_dims.\(attribute)_\(rest)")
            case "ffnn", "encoding_layer": return hiddenLayers(rest.isEmpty ? attribute : rest)
            case "transformer":
                isInEncoder = true
                return .named(["\(rest.isEmpty ? attribute : rest)_encoder"])
            case "crf": return .kind("crf")
            case "mlm_input_mask": return .kind("input_mask")
            case "_mha": return .kind("multi_head_attention")
            case "_layer_norm": return .kind("layer_normalization")
            case "_embedding", "_query_dense_layer", "_key_dense_layer", "_value_dense_layer", "_output_dense_layer":
                return Self.dense
            default:
                list = part
                return nil
            }
        }

        private mutating func concatenation(of type: String) -> Layer {
            hidden = "\(attribute)_\(type)"
            return .named(["concatenate_sparse_dense_features_\(hidden)"])
        }

        private mutating func hiddenLayers(_ name: String) -> Layer {
            hidden = name
            return .named(["ffnn_\(name)"])
        }

        /// A layer of a list: of a transformer, or of hidden ones, every second of which drops numbers out.
        private func element(_ number: Int, isNorm: Bool) -> Layer {
            if list.exact == "_enc_layers" { return .kind("transformer_encoder_layer") }
            guard isInEncoder else { return .named(["hidden_layer_\(hidden)_\(number / 2)"]) }
            return isNorm ? .kind("layer_normalization") : Self.dense
        }
    }
}
