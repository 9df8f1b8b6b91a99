import ExactText
import JSON

/// A logistic regression as the Python library skops writes scikit-learn's, from which Rasa loads it.
struct SkopsFile {
    let bytes: [UInt8]

    init(_ regression: TrainedRegression, _ options: RegressionOptions) {
        let (rows, columns) = (regression.intercepts.count, regression.columns)
        let arrays: [(name: String, array: [UInt8])] = [
            ("classes_", NumPyFile(texts: regression.labels).bytes),
            ("n_iter_", NumPyFile(integers: [Int32(clamping: options.maxSteps)]).bytes),
            ("coef_", NumPyFile(shape: [rows, columns], numbers: regression.coefficients).bytes),
            ("intercept_", NumPyFile(shape: [rows], numbers: regression.intercepts).bytes),
        ]
        var nodes = Nodes()
        var members: JSONObject = [:]
        for (name, value) in Self.settings(options, columns) { members[name] = nodes.value(value) }
        for (name, _) in arrays { members[name] = nodes.array(file: Self.file(of: name)) }
        members["_sklearn_version"] = nodes.value("1.1.3")
        let types = (0..<members.count).map { _ in nodes.node("str", "builtins", "TypeNode") }
        let keys = nodes.node("list", "builtins", "ListNode", ["content": .array(types)])
        let content = nodes.node(
            "dict", "builtins", "DictNode", ["content": .object(members), "key_types": keys])
        var schema =
            nodes.node(
                "LogisticRegression", "sklearn.linear_model._logistic", "ObjectNode", ["content": content]
            ).object ?? [:]
        schema["protocol"] = 1
        schema["_skops_version"] = "0.9.0"
        var zip = ZipWriter()
        for (name, array) in arrays { zip.add(Self.file(of: name), array) }
        zip.add("schema.json", Array(JSON.object(schema).encoded(.python)))
        bytes = zip.finished
    }

    private static func file(of name: String) -> String { "\(name).npy" }

    private static func settings(_ options: RegressionOptions, _ columns: Int) -> [(String, JSON)] {
        [
            ("penalty", "l2"), ("dual", false), ("tol", .double(options.tolerance)), ("C", 1.0),
            ("fit_intercept", true), ("intercept_scaling", 1), ("class_weight", "balanced"),
            ("random_state", options.seed), ("solver", .string(options.solver)), ("max_iter", .int(options.maxSteps)),
            ("multi_class", "auto"), ("verbose", 0), ("warm_start", false), ("n_jobs", .null), ("l1_ratio", .null),
            ("n_features_in_", .int(columns)),
        ]
    }

    /// Nodes of the description, each with a number of its own.
    private struct Nodes {
        private var count = 0

        mutating func node(
            _ type: String, _ module: String, _ loader: String, _ more: JSONObject = [:]
        ) -> JSON {
            var node: JSONObject = [
                "__class__": .string(type), "__module__": .string(module), "__loader__": .string(loader),
            ]
            node.merge(more) { _, new in new }
            count += 1
            node["__id__"] = .int(count)
            return .object(node)
        }

        mutating func value(_ value: JSON) -> JSON {
            node("str", "builtins", "JsonNode", ["content": .string(value.text()), "is_json": true])
        }

        mutating func array(file: String) -> JSON {
            node("ndarray", "numpy", "NdArrayNode", ["type": "numpy", "file": .string(file)])
        }
    }
}
