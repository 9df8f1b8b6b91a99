import ExactText
import OrderedCollections
import Settings
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
    /// Not nothing.
    case needed(Shape)

    /// Where a value does not fit, and why.
    struct Misfit {
        let place: SourcePlace
        let message: String
    }

    /// Nil for a value that fits.
    ///
    /// - Parameter name: What messages call the value.
    func valueTooLong(_ node: YAMLNode, _ name: String) -> Misfit? {
        if case .needed(let shape) = self {
            return node.isNull ? Misfit(place: node.place, message: "\(name) has no value") : shape.valueTooLong(node, name)
        }
        if node.isNull { return nil }
        switch (self, node.value) {
        case (.any, _), (.text, .string), (.flag, .bool): return nil
        case (.number(let least), .int(let value)): return valueTooLong(Double(value), least, node, name)
        case (.number(let least), .double(let value)): return valueTooLong(value, least, node, name)
        case (.list(let shapes), .sequence(let elements)):
            for element in elements {
                if let valueTooLong = Self.valueTooLong(element, shapes, name) { return valueTooLong }
            }
            return nil
        case (.group(let keys, let needed, let others), .mapping(let mapping)):
            return Self.valueTooLong(mapping, keys, needed, others, node, name)
        default: return Misfit(place: node.place, message: "\(name) must be \(kind)")
        }
    }

    private func valueTooLong(_ value: Double, _ least: Double?, _ node: YAMLNode, _ name: String) -> Misfit? {
        guard let least, value < least else { return nil }
        return Misfit(place: node.place, message: "\(name) must not be less than \(least)")
    }

    private static func valueTooLong(
        _ mapping: YAMLMapping, _ keys: [ExactString: Shape], _ needed: Set<ExactString>, _ others: Shape?,
        _ node: YAMLNode,
        _ name: String
    ) -> Misfit? {
        for (key, entry) in mapping {
            guard let shape = keys[key] ?? others else {
                let known = keys.keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
                return Misfit(place: entry.keyPlace, message: "\(name) has no key '\(key)'; it takes \(known)")
            }
            if let valueTooLong = shape.valueTooLong(entry.value, "'\(key)'") { return valueTooLong }
        }
        guard let missing = needed.sorted().first(where: { mapping[$0] == nil }) else { return nil }
        return Misfit(place: node.place, message: "\(name) needs the key '\(missing)'")
    }

    /// Of an element that fits none of the shapes, what keeps it from the one that it is most like.
    private static func valueTooLong(_ element: YAMLNode, _ shapes: [Shape], _ name: String) -> Misfit? {
        var nearest: (likeness: Int, valueTooLong: Misfit)?
        for shape in shapes {
            guard let valueTooLong = shape.valueTooLong(element, "an element of \(name)") else { return nil }
            let likeness = shape.likeness(element)
            if nearest.map({ $0.likeness < likeness }) ?? true { nearest = (likeness, valueTooLong) }
        }
        return nearest?.valueTooLong
    }

    private func likeness(_ node: YAMLNode) -> Int {
        guard case .group(let keys, _, _) = self, let mapping = node.mapping else { return 0 }
        return 1 + mapping.keys.count { keys[$0] != nil }
    }

    private var kind: String {
        switch self {
        case .any, .needed: "there"
        case .text: "a text"
        case .flag: "true or false"
        case .number: "a number"
        case .list: "a list"
        case .group: "a group of keys"
        }
    }
}
