import ExactText
package import JSON

/// What a logistic regression of scikit-learn has learned, and how.
package struct SavedRegression: Sendable {
    package let labels: [String]
    package let columns: Int
    /// The weights of all columns, one row per label (of two labels one row for the second).
    package let coefficients: [Double]
    /// One per row.
    package let intercepts: [Double]
    /// How many steps training took.
    package let steps: [Int32]
    /// All other attributes of the object in Python.
    package let settings: JSONObject

    package init(
        labels: [String], columns: Int, coefficients: [Double], intercepts: [Double], steps: [Int32],
        settings: JSONObject
    ) {
        (self.labels, self.columns, self.coefficients) = (labels, columns, coefficients)
        (self.intercepts, self.steps, self.settings) = (intercepts, steps, settings)
    }
}

/// A logistic regression as the Python library skops writes scikit-learn's, from which Rasa loads it.
package struct SkopsFile {
    package let bytes: [UInt8]

    package init(_ regression: SavedRegression) {
        let (rows, columns) = (regression.intercepts.count, regression.columns)
        let arrays: [(name: String, array: [UInt8])] = [
            ("classes_", NumPyFile(texts: regression.labels).bytes),
            ("n_iter_", NumPyFile(integers: regression.steps).bytes),
            ("coef_", NumPyFile(shape: [rows, columns], numbers: regression.coefficients).bytes),
            ("intercept_", NumPyFile(shape: [rows], numbers: regression.intercepts).bytes),
        ]
        var nodes = Nodes()
        var members: JSONObject = [:]
        for (name, value) in regression.settings { members[name] = nodes.value(value) }
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
