import ExactText
import OrderedCollections

/// Which documents fit a query.
enum MongoPeerFilter {
    static func matches(_ document: BSONDocument, _ filter: BSONDocument) throws -> Bool {
        for (path, wanted) in filter {
            let values = values(at: path.split(separator: ".")[...], in: .document(document))
            guard try fits(values, wanted) else { return false }
        }
        return true
    }

    /// The members that a query asks to be equal, with which a new document begins.
    static func equalities(_ filter: BSONDocument) -> BSONDocument {
        filter.filter { !$0.key.contains(".") && !isOperation($0.value) }
    }

    private static func isOperation(_ value: BSON) -> Bool {
        value.document?.keys.first?.hasPrefix("$") == true
    }

    private static func fits(_ values: [BSON], _ wanted: BSON) throws -> Bool {
        guard isOperation(wanted), let operations = wanted.document else { return equals(values, wanted) }
        for (name, argument) in operations {
            let fits: Bool
            switch name {
            case "$exists": fits = values.isEmpty != (argument == .bool(true) || argument == 1)
            case "$size": fits = values.contains { $0.array?.count == argument.int && argument.int != nil }
            case "$gt": fits = values.contains { ($0.double ?? -.infinity) > (argument.double ?? .infinity) }
            case "$not": fits = try !self.fits(values, argument)
            default: throw MongoPeerFailure.unknown(name.string)
            }
            guard fits else { return false }
        }
        return true
    }

    /// A value, or an element of a list, is equal; what is missing is equal to null.
    private static func equals(_ values: [BSON], _ wanted: BSON) -> Bool {
        if values.isEmpty { return wanted == .null }
        return values.contains { value in isSame(value, wanted) || value.array?.contains { isSame($0, wanted) } == true
        }
    }

    private static func isSame(_ one: BSON, _ other: BSON) -> Bool {
        if let one = one.double, let other = other.double { return one == other }
        return one == other
    }

    /// The values at a path; a number is the place of an element, a name goes for all elements of a list.
    private static func values(at path: ArraySlice<Substring>, in value: BSON) -> [BSON] {
        guard let name = path.first else { return [value] }
        switch value {
        case .document(let members):
            return members[String(name)].map { values(at: path.dropFirst(), in: $0) } ?? []
        case .array(let elements):
            var found: [BSON] = []
            if let index = Int(name), elements.indices.contains(index) {
                found = values(at: path.dropFirst(), in: elements[index])
            }
            return found + elements.flatMap { $0.document == nil ? [] : values(at: path, in: $0) }
        default: return []
        }
    }
}
