import ExactText

/// A value while its pickle is read: lists and objects are still added to, and point to other nodes by number.
enum PickleNode {
    case none
    case truth(Bool)
    case whole(Int)
    case number(Double)
    case text(ExactString)
    case bytes(ArraySlice<UInt8>)
    case list([Int32])
    case tuple([Int32])
    case set([Int32])
    /// Keys and values by turns.
    case dictionary([Int32])
    case name(PickleClass)
    indirect case object(Object)

    struct Object {
        let type: PickleClass
        let arguments: [Int32]
        var state: Int32?
        var elements: [Int32] = []
        /// Keys and values by turns.
        var entries: [Int32] = []
    }

    /// Its bytes, where it is a text or bytes.
    var length: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        default: 0
        }
    }

    /// The nodes in this one.
    var children: [Int32] {
        switch self {
        case .list(let nodes), .tuple(let nodes), .set(let nodes), .dictionary(let nodes): nodes
        case .object(let object):
            object.arguments + (object.state.map { [$0] } ?? []) + object.elements + object.entries
        default: []
        }
    }
}

/// Turns nodes into values, each once, from the leaves up, without recursion.
struct PickleResolver {
    private let nodes: [PickleNode]
    private let limits: PickleLimits
    /// By node.
    private var values: [Resolved?]

    private struct Resolved {
        let value: PickleValue
        /// Values in it, itself included, where shared ones count each time.
        let size: Int
        let depth: Int
    }

    init(_ nodes: [PickleNode], _ limits: PickleLimits) {
        (self.nodes, self.limits) = (nodes, limits)
        values = Array(repeating: nil, count: nodes.count)
    }

    /// - Throws: ``PickleError`` where a value contains itself, or is too deep or too large.
    mutating func value(of root: Int32, at offset: Int) throws(PickleError) -> PickleValue {
        // Nodes that wait for their children; those that are waited for may not come again.
        var waiting = [root]
        var open: Set<Int32> = []
        while let node = waiting.last {
            if values[Int(node)] != nil {
                waiting.removeLast()
                continue
            }
            let missing = open.contains(node) ? [] : nodes[Int(node)].children.filter { values[Int($0)] == nil }
            guard missing.isEmpty else {
                open.insert(node)
                guard open.count <= limits.depth else {
                    throw PickleError(.tooLarge, at: offset, "nests values more than \(limits.depth) levels deep")
                }
                if missing.contains(where: { open.contains($0) }) {
                    throw PickleError(.notData, at: offset, "has a value that contains itself")
                }
                waiting += missing
                continue
            }
            values[Int(node)] = try resolve(node, at: offset)
            open.remove(node)
            waiting.removeLast()
        }
        guard let resolved = values[Int(root)] else { return .none }
        return resolved.value
    }

    private func resolve(_ node: Int32, at offset: Int) throws(PickleError) -> Resolved {
        var (size, depth) = (1 + nodes[Int(node)].length / PickleLimits.bytesOfValue, 0)
        for child in nodes[Int(node)].children {
            guard let part = values[Int(child)] else {
                throw PickleError(.notData, at: offset, "has a value that contains itself")
            }
            size = min(limits.expandedValues + 1, size + part.size)
            depth = max(depth, part.depth)
        }
        guard size <= limits.expandedValues else {
            throw PickleError(.tooLarge, at: offset, "expands to more than \(limits.expandedValues) values")
        }
        guard depth < limits.depth else {
            throw PickleError(.tooLarge, at: offset, "nests values more than \(limits.depth) levels deep")
        }
        return Resolved(value: value(of: nodes[Int(node)]), size: size, depth: depth + 1)
    }

    private func value(of node: PickleNode) -> PickleValue {
        switch node {
        case .none: .none
        case .truth(let truth): .truth(truth)
        case .whole(let number): .whole(number)
        case .number(let number): .number(number)
        case .text(let text): .text(text)
        case .bytes(let bytes): .bytes(bytes)
        case .list(let nodes): .list(all(nodes))
        case .tuple(let nodes): .tuple(all(nodes))
        case .set(let nodes): .set(all(nodes))
        case .dictionary(let nodes): .dictionary(pairs(nodes))
        case .name(let type): .name(type)
        case .object(let object):
            PickleResolver.value(
                of: PickleObject(
                    type: object.type, arguments: all(object.arguments), state: object.state.map { all([$0])[0] },
                    elements: all(object.elements), entries: pairs(object.entries)))
        }
    }

    /// Bytes that were written as a text are bytes, and what is rebuilt from a class is an object of that class.
    private static func value(of object: PickleObject) -> PickleValue {
        if object.type == .emptyBytes, object.arguments.isEmpty { return .bytes([]) }
        if object.type == .encodedText, case .text(let text)? = object.arguments.first {
            let bytes = text.unicodeScalars.compactMap { UInt8(exactly: $0.value) }
            return bytes.count == text.unicodeScalars.count ? .bytes(bytes[...]) : .object(object)
        }
        if object.type == .reconstruction, case .name(let type)? = object.arguments.first {
            return .object(
                PickleObject(
                    type: type, arguments: [], state: object.state, elements: object.elements, entries: object.entries))
        }
        return .object(object)
    }

    private func all(_ nodes: [Int32]) -> [PickleValue] { nodes.map { values[Int($0)]?.value ?? .none } }

    private func pairs(_ nodes: [Int32]) -> [PicklePair] {
        let values = all(nodes)
        return stride(from: 0, to: values.count - 1, by: 2).map {
            PicklePair(key: values[$0], value: values[$0 + 1])
        }
    }
}
