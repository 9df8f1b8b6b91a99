import ExactText

/// The tree of Python objects that TensorFlow walks side by side with a model to find each variable's value
/// (`TrackableObjectGraph`): attributes and dictionary entries by name, elements of lists by number.
///
/// Only what leads to a variable is in it. TensorFlow leaves objects of a model alone that it does not find here, such
/// as metrics, which start anew anyway.
struct ObjectGraph {
    private struct Node {
        var children: [(name: String, node: Int)] = []
        /// The key of the variable that this is, and its name for people.
        var variable: (key: String, name: String)?
    }

    private var nodes = [Node()]

    /// Adds the variable that is found by these names, and has this key in the checkpoint.
    mutating func add(_ path: [String], key: String) {
        var at = 0
        for name in path {
            // From the end, since variables come in the order of their paths.
            if let child = nodes[at].children.last(where: { $0.name.exact == name.exact }) {
                at = child.node
            } else {
                nodes[at].children.append((name, nodes.count))
                at = nodes.count
                nodes.append(Node())
            }
        }
        nodes[at].variable = (key, path.joined(separator: "/"))
    }

    func encoded() -> [UInt8] {
        var graph = WireWriter()
        for node in nodes { graph.field(1, bytes: ObjectGraph.encoded(node)) }
        return graph.bytes
    }

    private static func encoded(_ node: Node) -> [UInt8] {
        var object = WireWriter()
        for child in node.children {
            var reference = WireWriter()
            reference.field(1, number: child.node)
            reference.field(2, bytes: Array(child.name.utf8))
            object.field(1, bytes: reference.bytes)
        }
        if let variable = node.variable {
            var tensor = WireWriter()
            tensor.field(1, bytes: Array("VARIABLE_VALUE".utf8))
            tensor.field(2, bytes: Array(variable.name.utf8))
            tensor.field(3, bytes: Array(variable.key.utf8))
            object.field(2, bytes: tensor.bytes)
        }
        // `has_checkpoint_values`, a message with a truth value: the object is or leads to a variable.
        object.field(5, bytes: [0x08, 0x01])
        return object.bytes
    }
}
