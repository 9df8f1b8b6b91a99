import ExactText
package import JSON

/// Takes nested feature arrays apart into tensors (`<stem>.st`) and their description (`<stem>_metadata.json`), which
/// ``FeatureArrayReader`` puts together again.
package struct FeatureArrayWriter {
    private var tensors: [ExactString: SafeTensor] = [:]
    package let description: JSON

    package init(_ table: FeatureArrayTable) {
        var tensors: [ExactString: SafeTensor] = [:]
        description = .array(
            table.map { key, components in
                let components = components.map { subkey, arrays -> JSON in
                    let features = arrays.entries.enumerated().map { index, entry in
                        FeatureArrayWriter.item(entry.array, "component_\(key)_\(subkey)_\(index)", &tensors)
                    }
                    return [
                        "key": .string(subkey.string),
                        "number_of_dimensions": .int(arrays.entries.first?.numberOfDimensions ?? 0),
                        "features": .array(features),
                    ]
                }
                return ["key": .string(key.string), "components": .array(components)]
            })
        self.tensors = tensors
    }

    /// The safetensors file.
    package var file: [UInt8] { SafeTensor.file(tensors) }

    private static func item(_ array: FeatureArray, _ name: String, _ tensors: inout [ExactString: SafeTensor]) -> JSON
    {
        switch array {
        case .group(let parts):
            let parts = parts.enumerated().map { item($1, "\(name)_\($0)", &tensors) }
            return ["type": "group", "subcomponents": .array(parts)]
        case .dense(let shape, let values):
            tensors["\(name)_array"] = SafeTensor(shape: shape, numbers: .float(values))
            return ["type": "dense", "key": .string("\(name)_array"), "shape": .array(shape.map { .int($0) })]
        case .sparse(let features):
            for (tensor, numbers) in features.tensors { tensors["\(name)_\(tensor)"] = numbers }
            return ["type": "sparse", "key": .string(name), "shape": [.int(features.rows), .int(features.columns)]]
        case .list(let numbers):
            tensors["\(name)_list"] = list(numbers)
            return ["type": "list", "key": .string("\(name)_list")]
        }
    }

    /// Ids and lengths are integers in Rasa's files. (Masks, which are floating-point numbers there, become so in any
    /// case once Rasa makes a batch of them.)
    private static func list(_ numbers: [Double]) -> SafeTensor {
        let whole = numbers.compactMap { Int64(exactly: $0) }
        return SafeTensor(
            shape: [numbers.count],
            numbers: whole.count == numbers.count ? .int64(whole) : .float(numbers.map { Float($0) }))
    }
}

extension SparseFeatures {
    /// The three tensors that hold a matrix, by the ends of their names.
    package var tensors: [(name: String, tensor: SafeTensor)] {
        [
            ("data", SafeTensor(shape: [values.count], numbers: .float(values))),
            ("row", SafeTensor(shape: [values.count], numbers: .int32(rowIndices))),
            ("col", SafeTensor(shape: [values.count], numbers: .int32(columnIndices))),
        ]
    }
}
