import ExactText
import OrderedCollections

/// Stages through which documents go, and the expressions in them.
enum MongoPeerPipeline {
    static func run(_ stage: BSON, _ documents: [BSONDocument]) throws -> [BSONDocument] {
        guard let (name, argument) = stage.document?.elements.first else { throw MongoPeerFailure.unknown("stage") }
        switch name {
        case "$match": return try documents.filter { try MongoPeerFilter.matches($0, argument.document ?? [:]) }
        case "$limit": return Array(documents.prefix(argument.int ?? 0))
        case "$project": return try documents.map { try project($0, argument.document ?? [:]) }
        default: throw MongoPeerFailure.unknown(name.string)
        }
    }

    private static func project(_ document: BSONDocument, _ members: BSONDocument) throws -> BSONDocument {
        var result: BSONDocument = [:]
        if members["_id"] != 0 { result["_id"] = document["_id"] }
        for (name, wanted) in members where name != "_id" {
            result[name] = wanted == 1 ? document[name] : try value(of: wanted, in: document)
        }
        return result
    }

    /// - Returns: Nil for what is missing.
    private static func value(of expression: BSON, in document: BSONDocument) throws -> BSON? {
        switch expression {
        case .text(let text) where text.hasPrefix("$"):
            return text.string.dropFirst().split(separator: ".").reduce(BSON.document(document)) { value, name in
                if let elements = value?.array { return .array(elements.compactMap { $0[String(name)] }) }
                return value?[String(name)]
            }
        case .array(let elements):
            return .array(try elements.map { try value(of: $0, in: document) ?? .null })
        case .document(let members):
            guard let (name, argument) = members.elements.first, name.hasPrefix("$") else { return expression }
            let arguments = argument.array ?? [argument]
            // Only the part that is chosen is looked at.
            if name == "$cond" {
                let isTrue = try value(of: arguments[0], in: document) == .bool(true)
                return try value(of: arguments[isTrue ? 1 : 2], in: document)
            }
            return try call(name.string, arguments.map { try value(of: $0, in: document) })
        default: return expression
        }
    }

    private static func call(_ name: String, _ values: [BSON?]) throws -> BSON? {
        switch name {
        case "$isArray": return .bool(values[0]?.array != nil)
        case "$ifNull": return values.first { $0 != nil && $0 != .null } ?? nil
        case "$size": return .whole(try list(values[0], name).count)
        case "$reverseArray": return .array(try list(values[0], name).reversed())
        case "$in": return .bool(try list(values[1], name).contains { $0 == values[0] })
        case "$indexOfArray": return .whole(try list(values[0], name).firstIndex { $0 == values[1] } ?? -1)
        case "$subtract": return .whole((values[0]?.int ?? 0) - (values[1]?.int ?? 0))
        case "$slice":
            let elements = try list(values[0], name)
            guard let first = values[1]?.int else { throw MongoPeerFailure.unknown(name) }
            guard values.count > 2 else {
                return .array(Array(first < 0 ? elements.suffix(-first) : elements.prefix(first)))
            }
            return .array(Array(elements.dropFirst(first).prefix(values[2]?.int ?? 0)))
        default: throw MongoPeerFailure.unknown(name)
        }
    }

    private static func list(_ value: BSON?, _ name: String) throws -> [BSON] {
        guard let elements = value?.array else {
            throw MongoPeerFailure(code: 17124, message: "The argument to \(name) must be an array")
        }
        return elements
    }
}
