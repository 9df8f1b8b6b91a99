package import ExactText

/// What a pickle describes. Values that it names several times share their storage.
package indirect enum PickleValue: Sendable, Hashable {
    case none
    case truth(Bool)
    case whole(Int)
    case number(Double)
    case text(ExactString)
    case bytes(ArraySlice<UInt8>)
    case list([PickleValue])
    case tuple([PickleValue])
    case set([PickleValue])
    case dictionary([PicklePair])
    /// A class or function by itself.
    case name(PickleClass)
    case object(PickleObject)
}

/// An entry of a dictionary.
package struct PicklePair: Sendable, Hashable {
    package let key: PickleValue
    package let value: PickleValue
}

/// What would be made by a class or function in Python: what is given to it, its state, and what is added to it then.
package struct PickleObject: Sendable, Hashable {
    package let type: PickleClass
    package let arguments: [PickleValue]
    package let state: PickleValue?
    /// What is appended to a list.
    package let elements: [PickleValue]
    /// What is put into a dictionary.
    package let entries: [PicklePair]
}

extension PickleValue {
    package var text: String? { if case .text(let text) = self { text.string } else { nil } }

    package var whole: Int? { if case .whole(let number) = self { number } else { nil } }

    package var isNone: Bool { if case .none = self { true } else { false } }

    /// A list or tuple, or what a class like a list was given.
    package var elements: [PickleValue]? {
        switch self {
        case .list(let elements), .tuple(let elements): elements
        case .object(let object) where object.type == .list && object.arguments.isEmpty: object.elements
        case .object(let object) where object.type == .list && object.arguments.count == 1:
            object.arguments[0].elements.map { $0 + object.elements }
        default: nil
        }
    }

    /// The entries of a dictionary of any kind, in their order.
    package var entries: [PicklePair]? {
        switch self {
        case .dictionary(let entries): return entries
        case .object(let object) where object.type == .defaultDictionary: return object.entries
        case .object(let object) where object.type == .dictionary || object.type == .orderedDictionary:
            guard let first = object.arguments.first else { return object.entries }
            if let given = first.entries { return given + object.entries }
            // OrderedDict may have been given a list of pairs.
            var pairs: [PicklePair] = []
            for pair in first.elements ?? [] {
                guard let both = pair.elements, both.count == 2 else { return nil }
                pairs.append(PicklePair(key: both[0], value: both[1]))
            }
            return first.elements == nil ? nil : pairs + object.entries
        default: return nil
        }
    }

    /// The value of a dictionary, or of an object's state, under a text; the last one counts.
    package subscript(_ key: String) -> PickleValue? {
        let entries = entries ?? state?.entries
        return entries?.last { $0.key.text?.exact == key.exact }?.value
    }

    /// An object's state.
    package var state: PickleValue? { if case .object(let object) = self { object.state } else { nil } }

    /// The object, where it is of this class.
    package func object(_ type: PickleClass) -> PickleObject? {
        if case .object(let object) = self, object.type == type { object } else { nil }
    }
}
