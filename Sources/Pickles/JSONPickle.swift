import ExactText
package import JSON

/// A file of jsonpickle: JSON in which objects carry tags, such as `py/object` for the class. It is read as what it
/// says, by the same closed table as a pickle.
package struct JSONPickle {
    private let classes: PickleClassTable
    /// Lists and objects by number, as `py/id` names them; nil while one is being read.
    private var known: [PickleValue?] = []

    private static let keyPrefix = "json://"
    private static let maxDepth = 64

    /// Reads a whole file.
    ///
    /// - Throws: ``PickleError``.
    package static func value(of json: JSON, classes: PickleClassTable) throws(PickleError) -> PickleValue {
        var reader = JSONPickle(classes: classes)
        return try reader.value(json, depth: 0)
    }

    private init(classes: PickleClassTable) { self.classes = classes }

    private mutating func value(_ json: JSON, depth: Int) throws(PickleError) -> PickleValue {
        guard depth <= Self.maxDepth else {
            throw PickleError(.tooLarge, at: 0, "nests values more than \(Self.maxDepth) levels deep")
        }
        switch json {
        case .null: return .none
        case .bool(let truth): return .truth(truth)
        case .string(let text): return .text(text.exact)
        case .array(let elements):
            let place = known.count
            known.append(nil)
            let list = PickleValue.list(try values(elements, depth))
            known[place] = list
            return list
        case .object(let members): return try value(members, depth)
        default: return json.int.map { .whole($0) } ?? .number(json.double ?? .nan)
        }
    }

    private mutating func values(_ elements: [JSON], _ depth: Int) throws(PickleError) -> [PickleValue] {
        var values: [PickleValue] = []
        for element in elements { values.append(try value(element, depth: depth + 1)) }
        return values
    }

    private mutating func value(_ members: JSONObject, _ depth: Int) throws(PickleError) -> PickleValue {
        if let elements = members["py/tuple"]?.array { return .tuple(try values(elements, depth)) }
        if let elements = members["py/set"]?.array { return .set(try values(elements, depth)) }
        if let id = members["py/id"]?.int {
            guard known.indices.contains(id - 1), let value = known[id - 1] else {
                throw PickleError(.damaged, at: 0, "names value \(id), which is not there, or contains itself")
            }
            return value
        }
        guard let name = members["py/object"]?.string else { return .dictionary(try entries(members, depth)) }
        guard let type = classes[name.exact] else {
            let shown = String(String.UnicodeScalarView(name.unicodeScalars.prefix(120)))
            throw PickleError(.notData, at: 0, "names \(shown.debugDescription), which is not among what is read")
        }
        let place = known.count
        known.append(nil)
        var arguments: [PickleValue] = []
        var state = members
        // What a named tuple is made of.
        let given = [state.removeValue(forKey: "py/newargs"), state.removeValue(forKey: "py/seq")]
        if let given = given.lazy.compactMap(\.self).first {
            arguments = try value(given, depth: depth + 1).elements ?? []
        }
        state.removeValue(forKey: "py/object")
        let object = PickleValue.object(
            PickleObject(
                type: type, arguments: arguments, state: .dictionary(try entries(state, depth)), elements: [],
                entries: []))
        known[place] = object
        return object
    }

    private mutating func entries(_ members: JSONObject, _ depth: Int) throws(PickleError) -> [PicklePair] {
        var entries: [PicklePair] = []
        for (name, member) in members {
            if name.utf8.starts(with: "py/".utf8) {
                throw PickleError(.notData, at: 0, "has the tag \(name.debugDescription), which is not read")
            }
            entries.append(PicklePair(key: try key(name), value: try value(member, depth: depth + 1)))
        }
        return entries
    }

    /// A key that is not a text is written as JSON behind a mark.
    private mutating func key(_ name: String) throws(PickleError) -> PickleValue {
        guard let written = name.exact.removingPrefix(Self.keyPrefix) else { return .text(name.exact) }
        guard let json = try? JSON(parsing: Array(written.utf8)) else {
            throw PickleError(.damaged, at: 0, "has a key that is not JSON")
        }
        return try value(json, depth: 1)
    }
}
