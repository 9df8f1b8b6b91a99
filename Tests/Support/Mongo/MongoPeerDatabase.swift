import ExactText
import Foundation
import OrderedCollections
import Synchronization

/// What the peer holds, and what it does when it is asked to: one command after another.
final class MongoPeerDatabase: Sendable {
    private struct State {
        var collections: [String: [BSONDocument]] = [:]
        var indexes: [String: BSONDocument] = [:]
        var counts: [String: Int] = [:]
        var lastID: UInt32 = 0
    }

    private static let largest = 16 * 1024 * 1024

    private let password: String?
    private let state = Mutex(State())

    init(password: String?) { self.password = password }

    func count(of command: String) -> Int { state.withLock { $0.counts[command] ?? 0 } }

    /// The response to a command.
    func run(_ command: BSONDocument, _ session: inout MongoPeerSession) -> BSONDocument {
        guard let name = command.keys.first?.string else { return MongoPeerFailure.unknown("").response }
        do {
            if let response = try introduction(name, command, &session) { return response }
            guard password == nil || session.isKnown else { throw MongoPeerFailure.unauthorized(name) }
            return try state.withLock { state in
                state.counts[name, default: 0] += 1
                return try Self.run(name, command, &state)
            }
        } catch let failure as MongoPeerFailure {
            return failure.response
        } catch {
            return MongoPeerFailure(code: 1, message: "\(error)").response
        }
    }

    /// What anybody may ask.
    private func introduction(
        _ name: String, _ command: BSONDocument, _ session: inout MongoPeerSession
    ) throws -> BSONDocument? {
        switch name.lowercased() {
        case "hello", "ismaster":
            var response: BSONDocument = [
                "ismaster": true, "isWritablePrimary": true, "helloOk": true, "maxBsonObjectSize": .whole(Self.largest),
                "maxMessageSizeBytes": 48_000_000, "maxWriteBatchSize": 100_000, "minWireVersion": 0,
                "maxWireVersion": 13, "readOnly": false, "ok": 1.0,
            ]
            if command["saslSupportedMechs"] != nil { response["saslSupportedMechs"] = ["SCRAM-SHA-256"] }
            return response
        case "saslstart", "saslcontinue": return try session.exchange(command, password: password)
        case "ping", "endsessions": return ["ok": 1.0]
        case "buildinfo": return ["version": "5.0.0", "versionArray": [5, 0, 0, 0], "ok": 1.0]
        default: return nil
        }
    }

    private static func run(_ name: String, _ command: BSONDocument, _ state: inout State) throws -> BSONDocument {
        guard let collection = command[name]?.string, let database = command["$db"]?.string else {
            throw MongoPeerFailure.unknown(name)
        }
        let space = "\(database).\(collection)"
        switch name {
        case "createIndexes":
            for index in command["indexes"]?.array ?? [] {
                guard let key = index["key"], let name = index["name"]?.string else { continue }
                state.indexes["\(space) \(name)"] = key.document
            }
            return ["ok": 1.0]
        case "find":
            guard command["projection"] == nil else { throw MongoPeerFailure.unknown("projection") }
            return cursor(space, try find(command["filter"]?.document ?? [:], space, command["limit"], state))
        case "aggregate":
            var documents = state.collections[space] ?? []
            for stage in command["pipeline"]?.array ?? [] { documents = try MongoPeerPipeline.run(stage, documents) }
            return cursor(space, documents)
        case "insert":
            for document in command["documents"]?.array ?? [] {
                try insert(document.document ?? [:], space, &state)
            }
            return ["n": .whole(command["documents"]?.array?.count ?? 0), "ok": 1.0]
        case "update":
            guard let updates = command["updates"]?.array, updates.count == 1 else {
                throw MongoPeerFailure.unknown("several updates")
            }
            return try update(updates[0], space, &state)
        case "findAndModify":
            let isFound = try !find(command["query"]?.document ?? [:], space, 1, state).isEmpty
            guard isFound else { return ["value": nil, "ok": 1.0] }
            let place = try change(command["query"], command["update"], space, &state)
            return ["value": place.map { .document(state.collections[space]?[$0] ?? [:]) } ?? .null, "ok": 1.0]
        case "delete":
            for delete in command["deletes"]?.array ?? [] {
                let filter = delete["q"]?.document ?? [:]
                try state.collections[space]?.removeAll { try MongoPeerFilter.matches($0, filter) }
            }
            return ["n": 1, "ok": 1.0]
        default: throw MongoPeerFailure.unknown(name)
        }
    }

    private static func cursor(_ space: String, _ documents: [BSONDocument]) -> BSONDocument {
        [
            "cursor": ["firstBatch": .array(documents.map { .document($0) }), "id": .int64(0), "ns": .string(space)],
            "ok": 1.0,
        ]
    }

    private static func find(
        _ filter: BSONDocument, _ space: String, _ limit: BSON?, _ state: State
    ) throws -> [BSONDocument] {
        let found = try (state.collections[space] ?? []).filter { try MongoPeerFilter.matches($0, filter) }
        return Array(found.prefix(limit?.int.flatMap { $0 == 0 ? nil : $0 } ?? found.count))
    }

    private static func insert(_ document: BSONDocument, _ space: String, _ state: inout State) throws {
        var document = document
        if document["_id"] == nil {
            state.lastID += 1
            let number = withUnsafeBytes(of: state.lastID.bigEndian) { Array($0) }
            document["_id"] = .objectID([UInt8](repeating: 0x5A, count: 8) + number)
        }
        guard !(state.collections[space] ?? []).contains(where: { $0["_id"] == document["_id"] }) else {
            throw MongoPeerFailure(code: 11000, message: "E11000 duplicate key error collection: \(space) index: _id_")
        }
        try checkSize(document)
        state.collections[space, default: []].append(document)
    }

    private static func checkSize(_ document: BSONDocument) throws {
        guard BSON.bytes(document).count <= largest else {
            throw MongoPeerFailure(code: 17419, message: "Resulting document after update is larger than 16777216")
        }
    }

    private static func update(_ update: BSON, _ space: String, _ state: inout State) throws -> BSONDocument {
        do {
            if try change(update["q"], update["u"], space, &state) != nil {
                return ["n": 1, "nModified": 1, "ok": 1.0]
            }
            guard update["upsert"] == .bool(true) else { return ["n": 0, "nModified": 0, "ok": 1.0] }
            var document = MongoPeerFilter.equalities(update["q"]?.document ?? [:])
            try MongoPeerChange.apply(update["u"]?.document ?? [:], to: &document, isNew: true)
            try insert(document, space, &state)
            let id = document["_id"] ?? state.collections[space]?.last?["_id"] ?? .null
            return ["n": 1, "nModified": 0, "upserted": [["index": 0, "_id": id]], "ok": 1.0]
        } catch let failure as MongoPeerFailure {
            return ["n": 0, "nModified": 0, "writeErrors": [.document(failure.writeError)], "ok": 1.0]
        }
    }

    /// - Returns: The place of the document that was changed; nil where none fits.
    private static func change(
        _ filter: BSON?, _ change: BSON?, _ space: String, _ state: inout State
    ) throws -> Int? {
        let filter = filter?.document ?? [:]
        guard
            let place = try state.collections[space]?.firstIndex(where: { try MongoPeerFilter.matches($0, filter) }),
            var document = state.collections[space]?[place]
        else { return nil }
        try MongoPeerChange.apply(change?.document ?? [:], to: &document, isNew: false)
        try checkSize(document)
        state.collections[space]?[place] = document
        return place
    }
}

/// An error in the server's form.
struct MongoPeerFailure: Error {
    let code: Int
    let message: String

    static func unknown(_ what: String) -> MongoPeerFailure {
        MongoPeerFailure(code: 59, message: "no such command in this stand-in: '\(what)'")
    }

    static func unauthorized(_ command: String) -> MongoPeerFailure {
        MongoPeerFailure(code: 13, message: "command \(command) requires authentication")
    }

    var response: BSONDocument { ["ok": 0.0, "errmsg": .string(message), "code": .whole(code)] }
    var writeError: BSONDocument { ["index": 0, "code": .whole(code), "errmsg": .string(message)] }
}
