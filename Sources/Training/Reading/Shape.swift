import ExactText
import OrderedCollections
import YAML

/// What a value of the training data must look like. Nothing at all fits everywhere, unless it is said to be needed.
indirect enum Shape: Sendable {
    case any
    case text
    case flag
    /// A number, no smaller than this.
    case number(atLeast: Double?)
    /// A list, every element of which fits one of these.
    case list([Shape])
    /// A group with these keys, and with other ones where their values have a shape.
    case group([ExactString: Shape], needed: Set<ExactString> = [], others: Shape? = nil)
    case needed(Shape)

    /// Where a value does not fit, and why.
    struct Mismatch {
        let place: SourcePlace
        let message: String
    }

    /// Nil for a value that fits.
    ///
    /// - Parameter name: What messages call the value.
    func mismatch(_ node: YAMLNode, _ name: String) -> Mismatch? {
        if case .needed(let shape) = self {
            return node.isNull
                ? Mismatch(place: node.place, message: "\(name) has no value") : shape.mismatch(node, name)
        }
        if node.isNull { return nil }
        switch (self, node.value) {
        case (.any, _), (.text, .string), (.flag, .bool): return nil
        case (.number(let least), .int(let value)): return mismatch(Double(value), least, node, name)
        case (.number(let least), .double(let value)): return mismatch(value, least, node, name)
        case (.list(let shapes), .sequence(let elements)):
            for element in elements {
                if let mismatch = Self.mismatch(element, shapes, name) { return mismatch }
            }
            return nil
        case (.group(let keys, let needed, let others), .mapping(let mapping)):
            return Self.mismatch(mapping, keys, needed, others, node, name)
        default: return Mismatch(place: node.place, message: "\(name) must be \(kind)")
        }
    }

    private func mismatch(_ value: Double, _ least: Double?, _ node: YAMLNode, _ name: String) -> Mismatch? {
        guard let least, value < least else { return nil }
        return Mismatch(place: node.place, message: "\(name) must not be less than \(least)")
    }

    private static func mismatch(
        _ mapping: YAMLMapping, _ keys: [ExactString: Shape], _ needed: Set<ExactString>, _ others: Shape?,
        _ node: YAMLNode,
        _ name: String
    ) -> Mismatch? {
        for (key, entry) in mapping {
            guard let shape = keys[key] ?? others else {
                let known = keys.keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
                return Mismatch(place: entry.keyPlace, message: "\(name) has no key '\(key)'; it takes \(known)")
            }
            if let mismatch = shape.mismatch(entry.value, "'\(key)'") { return mismatch }
        }
        guard let missing = needed.sorted().first(where: { mapping[$0] == nil }) else { return nil }
        return Mismatch(place: node.place, message: "\(name) needs the key '\(missing)'")
    }

    /// Of an element that fits none of the shapes, what keeps it from the one that it is most like.
    private static func mismatch(_ element: YAMLNode, _ shapes: [Shape], _ name: String) -> Mismatch? {
        var nearest: (similarity: Int, mismatch: Mismatch)?
        for shape in shapes {
            guard let mismatch = shape.mismatch(element, "an element of \(name)") else { return nil }
            let similarity = shape.similarity(element)
            if nearest.map({ $0.similarity < similarity }) ?? true { nearest = (similarity, mismatch) }
        }
        return nearest?.mismatch
    }

    private func similarity(_ node: YAMLNode) -> Int {
        guard case .group(let keys, _, _) = self, let mapping = node.mapping else { return 0 }
        return 1 + mapping.keys.count { keys[$0] != nil }
    }

    private var kind: String {
        switch self {
        case .any, .needed: "there"
        case .text: "a string"
        case .flag: "true or false"
        case .number: "a number"
        case .list: "a list"
        case .group: "a group of keys"
        }
    }
}
