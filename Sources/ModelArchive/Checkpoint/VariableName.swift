import ExactText

/// How the variables of a checkpoint are called by layers, and which of them layers ever ask for.
enum VariableName {
    /// Where the layers are, now and in earlier versions.
    private static let prefixes = ["model/_tf_layers/", "_tf_layers/"]

    static func isAtRoot(_ key: String) -> Bool { key.exact.hasPrefix(prefixes[1]) }
    private static let suffix = "/.ATTRIBUTES/VARIABLE_VALUE"

    /// Layers that exist for training only: the masked language model and the metrics.
    private static let trainingOnly: Set<ExactString> = [
        "mlm_input_mask", "sparse_to_dense_for_token_ids", "embed.text_lm_mask", "embed.text_golden_token",
        "f1_score_metric",
    ]

    /// The tensor's name as ``WeightSource`` has it, `embed.label/_dense/kernel`; nil for variables of the optimizer,
    /// of metrics and of parts that only training uses.
    static func tensorName(ofKey key: String) -> String? {
        guard let name = name(ofKey: key) else { return nil }
        let isTrainingOnly = name.exact.split(separator: "/").contains { trainingOnly.contains($0.exact) }
        return isTrainingOnly ? nil : name
    }

    /// The name of any variable of the layers; nil for those of the optimizer.
    static func name(ofKey key: String) -> String? {
        guard let prefix = prefixes.first(where: { key.exact.hasPrefix($0) }), key.exact.hasSuffix(suffix),
            key.utf8.count > prefix.utf8.count + suffix.utf8.count,
            !key.exact.contains(text: "/.OPTIMIZER_SLOT/")
        else { return nil }
        return unescaped(key.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count))
    }

    static func isMetric(_ name: String) -> Bool {
        name.exact.split(separator: "/").contains { $0.exact == "f1_score_metric" }
    }

    /// Whether training changes a variable: not a kernel's mask, and not the random columns by which words are compared.
    static func isLearned(_ name: String) -> Bool {
        !name.exact.hasSuffix("/kernel_mask")
            && !name.exact.split(separator: "/").contains { $0.exact == "sparse_to_dense_for_token_ids" }
    }

    /// Where a variable is below the model, by the names of Python's attributes, entries and elements.
    static func path(ofTensor name: String) -> [String] {
        ["_tf_layers"] + name.exact.split(separator: "/").map(String.init)
    }

    /// The key of what is found by these names, as ``tensorName(ofKey:)`` takes it apart.
    static func key(of path: [String]) -> String {
        path.map { $0.exact.replacing(".", with: "..") }.joined(separator: "/") + suffix
    }

    /// TensorFlow doubles dots in names and writes a slash as `.S`.
    private static func unescaped(_ path: Substring.UTF8View) -> String {
        var result: [UInt8] = []
        var rest = path[...]
        while let byte = rest.popFirst() {
            result.append(byte)
            guard byte == UInt8(ascii: "."), let next = rest.first else { continue }
            if next == UInt8(ascii: ".") {
                rest.removeFirst()
            } else if next == UInt8(ascii: "S") {
                rest.removeFirst()
                result[result.count - 1] = UInt8(ascii: "/")
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
