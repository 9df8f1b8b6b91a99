import ExactText
import Foundation
import OrderedCollections

/// A message of MongoDB's protocol: `OP_MSG`, and `OP_QUERY` with which clients introduce themselves.
struct MongoPeerMessage {
    private static let (reply, query, message): (Int32, Int32, Int32) = (1, 2004, 2013)

    struct Malformed: Error {}

    private let id: Int32
    private let kind: Int32
    private let body: [UInt8]

    /// Waits for a message; nil at the end of the connection.
    static func read(_ connection: Int32) -> MongoPeerMessage? {
        guard let head = bytes(16, from: connection) else { return nil }
        let length = Int(number(head, 0))
        guard length >= 16, length <= 48_000_000, let body = bytes(length - 16, from: connection) else { return nil }
        return MongoPeerMessage(id: number(head, 4), kind: number(head, 12), body: body)
    }

    /// The command with its name first, its documents that came apart among its members.
    func command() throws -> BSONDocument {
        switch kind {
        case Self.query:
            guard body.count > 4, let end = body[4...].firstIndex(of: 0), body.count > end + 9 else {
                throw Malformed()
            }
            var command = try document(at: end + 9).members
            command["$db"] = "admin"
            return command
        case Self.message:
            let end = Self.number(body, 0) & 1 == 1 ? body.count - 4 : body.count
            var (command, parts): (BSONDocument, BSONDocument) = ([:], [:])
            var place = 4
            while place < end {
                let kind = body[place]
                place += 1
                if kind == 0 {
                    let (members, length) = try document(at: place)
                    command = members
                    place += length
                } else {
                    let partEnd = place + Int(Self.number(body, place))
                    guard partEnd <= end, let nameEnd = body[(place + 4)...].firstIndex(of: 0) else {
                        throw Malformed()
                    }
                    let name = String(decoding: body[(place + 4)..<nameEnd], as: UTF8.self)
                    var documents: [BSON] = []
                    place = nameEnd + 1
                    while place < partEnd {
                        let (members, length) = try document(at: place)
                        documents.append(.document(members))
                        place += length
                    }
                    parts[name] = .array(documents)
                }
            }
            for (name, documents) in parts { command[name] = documents }
            return command
        default: throw Malformed()
        }
    }

    /// The bytes of a response in the form of the question.
    func respond(_ document: BSONDocument) -> [UInt8] {
        let bytes = BSON.bytes(document)
        // Flags, cursor, place and count of the one document; or flags and the kind of the one section.
        let head: [Int32] = kind == Self.query ? [8, 0, 0, 0, 1] : [0]
        let body = head.flatMap(Self.bytes) + (kind == Self.query ? [] : [0]) + bytes
        let kind = kind == Self.query ? Self.reply : Self.message
        return [Int32(16 + body.count), 0, id, kind].flatMap(Self.bytes) + body
    }

    /// Whether all could be sent.
    static func write(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func document(at place: Int) throws -> (members: BSONDocument, length: Int) {
        guard place + 5 <= body.count else { throw Malformed() }
        let length = Int(Self.number(body, place))
        guard length >= 5, place + length <= body.count else { throw Malformed() }
        return (try BSON.document(body[place..<(place + length)]), length)
    }

    private static func number(_ bytes: [UInt8], _ place: Int) -> Int32 {
        guard place + 4 <= bytes.count else { return 0 }
        return bytes[place..<(place + 4)].reversed().reduce(0) { $0 << 8 | Int32($1) }
    }

    private static func bytes(_ number: Int32) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    private static func bytes(_ count: Int, from connection: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let count = buffer[filled...].withUnsafeMutableBytes { recv(connection, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { return nil }
            filled += count
        }
        return buffer
    }
}
