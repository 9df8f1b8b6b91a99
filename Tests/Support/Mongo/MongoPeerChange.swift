import ExactText
import OrderedCollections

/// What an update does to a document.
enum MongoPeerChange {
    static func apply(_ change: BSONDocument, to document: inout BSONDocument, isNew: Bool) throws {
        for (name, members) in change {
            for (key, value) in members.document ?? [:] {
                let member = key.string
                guard !member.contains("."), !member.hasPrefix("$") else { throw MongoPeerFailure.unknown(member) }
                switch name {
                case "$set": document[member] = value
                case "$setOnInsert": if isNew { document[member] = value }
                case "$push":
                    guard let added = value["$each"]?.array else {
                        throw MongoPeerFailure.unknown("$push without $each")
                    }
                    guard let list = (document[member] ?? []).array else {
                        throw MongoPeerFailure(code: 2, message: "The field '\(member)' must be an array")
                    }
                    document[member] = .array(list + added)
                default: throw MongoPeerFailure.unknown(name.string)
                }
            }
        }
    }
}
