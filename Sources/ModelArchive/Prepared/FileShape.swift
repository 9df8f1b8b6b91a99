package import JSON

/// What a component's JSON file must look like. A file of another shape is refused where the model is loaded: read as
/// if it were empty, it would be used by a component that has learned nothing.
package indirect enum FileShape: Sendable {
    case anything
    case text
    case whole
    case number
    case truth
    /// A text, or an object that has it as its only member's name.
    case name
    /// A text, number or truth value.
    case scalar
    case list(FileShape)
    /// An object with members of any names.
    case map(FileShape)
    /// An object with these members, and others.
    case members([Member])
    case optional(FileShape)
    /// The same, or whatever Python takes for false.
    case orNothing(FileShape)

    package struct Member: Sendable {
        fileprivate let name: String
        fileprivate let shape: FileShape
        fileprivate let isNeeded: Bool

        /// A member that must be there.
        package static func needed(_ name: String, _ shape: FileShape) -> Member {
            Member(name: name, shape: shape, isNeeded: true)
        }

        /// A member that may be missing, or null.
        package static func possible(_ name: String, _ shape: FileShape) -> Member {
            Member(name: name, shape: .optional(shape), isNeeded: false)
        }
    }

    /// Holds a value to the shape.
    ///
    /// - Parameter file: What messages call the file.
    /// - Throws: ``ArchiveError`` with `.badFile` that says where the value is wrong and what would be right.
    package func check(_ value: JSON, file: String) throws(ArchiveError) {
        guard let fault = fault(in: value, at: "") else { return }
        let place = fault.place.isEmpty ? "its content" : "'\(fault.place)'"
        throw ArchiveError(.badFile, "\(file): \(place) must be \(fault.expected), and is \(fault.found)")
    }

    fileprivate struct Fault {
        let place: String
        let expected: String
        let found: String
    }

    fileprivate func fault(in value: JSON, at place: String) -> Fault? {
        switch (self, value) {
        case (.anything, _), (.text, .string), (.truth, .bool), (.optional, .null), (.number, .int), (.number, .double),
            (.name, .string), (.name, .object):
            return nil
        case (.whole, _) where value.int != nil: return nil
        case (.scalar, .string), (.scalar, .bool), (.scalar, .int), (.scalar, .double): return nil
        case (.orNothing, _) where Self.isNothing(value): return nil
        case (.optional(let shape), _), (.orNothing(let shape), _): return shape.fault(in: value, at: place)
        case (.list(let shape), .array(let elements)):
            return elements.lazy.enumerated().compactMap { shape.fault(in: $1, at: "\(place)[\($0)]") }.first
        case (.map(let shape), .object(let members)):
            return members.lazy.compactMap { shape.fault(in: $0.value, at: Self.place("\($0.key)", in: place)) }.first
        case (.members(let members), .object):
            return members.lazy.compactMap { $0.fault(in: value, at: place) }.first
        default: return Fault(place: place, expected: words, found: Self.name(of: value))
        }
    }

    private static func place(_ name: String, in place: String) -> String {
        // Keys may be whole stories.
        let name = name.unicodeScalars.count > 60 ? "\(String(name.unicodeScalars.prefix(60)))…" : name
        return place.isEmpty ? name : "\(place).\(name)"
    }

    fileprivate var words: String {
        switch self {
        case .anything: "any value"
        case .text: "a string"
        case .whole: "a whole number"
        case .number: "a number"
        case .name: "a name"
        case .truth: "true or false"
        case .scalar: "a string or number"
        case .list: "a list"
        case .map, .members: "an object"
        case .optional(let shape), .orNothing(let shape): shape.words
        }
    }

    private static func isNothing(_ value: JSON) -> Bool {
        switch value {
        case .null: true
        case .bool(let truth): !truth
        case .string(let text): text.utf8.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        default: value.double == 0
        }
    }

    private static func name(of value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool: "true or false"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        default: "a number"
        }
    }
}

extension FileShape.Member {
    fileprivate func fault(in object: JSON, at place: String) -> FileShape.Fault? {
        let place = place.isEmpty ? name : "\(place).\(name)"
        guard let value = object[name] else {
            return isNeeded ? FileShape.Fault(place: place, expected: shape.words, found: "missing") : nil
        }
        return shape.fault(in: value, at: place)
    }
}

extension FileShape {
    /// The tags that a network tells apart, for each kind of them: `entity_tag_specs.json`.
    package static let tagSpecs = FileShape.list(
        .members([.needed("tag_name", .text), .needed("ids_to_tags", .map(.text))]))
}
