import ExactText

@testable import ModelArchive

/// The variables of an object graph as TensorFlow finds them: names of attributes from the root, and the key they lead to.
struct ObjectGraphReader {
    private(set) var keys: [ExactString: ExactString] = [:]
    /// Names for people by key.
    private(set) var names: [ExactString: ExactString] = [:]

    private struct Node {
        var children: [(name: String, node: Int)] = []
        var key: String?
        var name = ""
        var leadsToVariables = false
    }

    /// - Parameter tensor: The text tensor in which TensorFlow keeps the graph.
    init(tensor: some Collection<UInt8>) {
        var nodes: [Node] = []
        Array(tensor).withUnsafeBytes { bytes in
            var reader = WireReader(bytes[...])
            let size = reader.size()
            _ = reader.bytes(4)
            guard let size, let graph = reader.bytes(size), reader.isAtEnd else { return }
            nodes = Self.fields(graph).map { Self.node($0.value) }
        }
        visit(nodes, 0, [])
    }

    private mutating func visit(_ nodes: [Node], _ at: Int, _ path: [String]) {
        guard nodes.indices.contains(at), path.count < 24 else { return }
        if let key = nodes[at].key {
            keys[path.joined(separator: "|").exact] = key.exact
            names[key.exact] = nodes[at].name.exact
        }
        // A model of Keras leads back to the root.
        for child in nodes[at].children where child.node != 0 && nodes[at].leadsToVariables {
            visit(nodes, child.node, path + [child.name])
        }
    }

    private static func node(_ value: WireReader.Value) -> Node {
        var node = Node()
        guard case .bytes(let message) = value else { return node }
        for field in fields(message) {
            guard case .bytes(let part) = field.value else { continue }
            let parts = fields(part)
            switch field.number {
            case 1:
                var child = (name: "", node: 0)
                for case (let number, let value) in parts {
                    if number == 1, case .number(let value) = value { child.node = Int(value) }
                    if number == 2, case .bytes(let value) = value { child.name = text(value) }
                }
                node.children.append(child)
            case 2:
                for case (let number, .bytes(let value)) in parts {
                    if number == 2 { node.name = text(value) }
                    if number == 3 { node.key = text(value) }
                }
            case 5: node.leadsToVariables = !parts.isEmpty
            default: break
            }
        }
        return node
    }

    private static func text(_ bytes: UnsafeRawBufferPointer.SubSequence) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    private static func fields(
        _ message: UnsafeRawBufferPointer.SubSequence
    ) -> [(number: UInt64, value: WireReader.Value)] {
        var reader = WireReader(message)
        var fields: [(number: UInt64, value: WireReader.Value)] = []
        while let field = reader.field() { fields.append(field) }
        return fields
    }
}
