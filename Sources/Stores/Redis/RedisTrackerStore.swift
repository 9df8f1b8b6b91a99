package import Dialogue
import ExactText
package import Offloading
package import Redis

/// Keeps conversations in Redis under Rasa's keys and in Rasa's format (`RedisTrackerStore`), so that both may work on
/// them in turn. A turn costs two round trips, and the bytes of its own events.
package final class RedisTrackerStore: TrackerStore {
    /// How long the fence of a conversation's last writer is kept: longer than any late writer can be late.
    private static let fenceMilliseconds = 600_000

    private let client: RedisClient
    private let offload: any Offload
    private let prefix: String
    private let expirySeconds: Int
    private let database: RedisArgument
    private let ownsClient: Bool

    /// A store over a connection of its own, or over that of the lock store.
    ///
    /// - Parameters:
    ///   - client: A connection to the server.
    ///   - sharedDatabase: The database of the trackers where the connection belongs to others, who close it; nil for a
    ///     connection of the store's own, to its database.
    ///   - keyPrefix: What stands before Rasa's prefix.
    ///   - recordExpiry: Seconds after a conversation's last turn at which it disappears; nil for never.
    ///   - offload: Reads and writes long conversations.
    package init(
        client: RedisClient, keyPrefix: RedisKeyPrefix, recordExpiry: Int? = nil, sharedDatabase: Int? = nil,
        offload: any Offload = InlineOffload()
    ) {
        self.client = client
        self.offload = offload
        database = sharedDatabase.map { .integer($0) } ?? .text("")
        ownsClient = sharedDatabase == nil
        prefix = keyPrefix.own
        expirySeconds = recordExpiry ?? 0
    }

    /// Reads what the caller does not know; the whole, where its knowledge is not the beginning of what is stored.
    package func changes(to conversation: String, since position: Revision) async throws -> StoredChanges {
        let form = TrackerText(conversation: conversation)
        let known = form.place(position) ?? 0
        let reply = try await load(
            TrackerScripts.load, [.text(key(conversation))],
            [.integer(known), .text(known > 0 ? position.digest : ""), .integer(form.tail.count)])
        guard !reply.isNull else { return position == .start ? .none : .other(nil) }
        guard case .array(let parts) = reply, parts.count == 3, let text = parts[1].bytes, let digest = parts[2].string
        else { throw StoreError(.unreadable, "Redis responded to a load with something unexpected") }
        let isLong = text.count > ShortWork.bytes
        guard parts[0].int == 1 else {
            return .other(
                try await offload.compute(if: isLong) { () throws(StoreError) in try Self.whole(text, digest, form) })
        }
        let added = try await offload.compute(if: isLong) { () throws(StoreError) in
            try form.events(after: known, in: text)
        }
        guard let added else {
            // The known body is followed by something that Rasa does not write, so nothing is taken for granted.
            return .other(try await load(conversation))
        }
        guard !added.isEmpty else { return .none }
        return .added(added, Revision(length: known + text.count - form.tail.count, digest: digest))
    }

    /// Reads the end of the text from the last beginning of a session on.
    package func lastSession(of conversation: String) async throws -> StoredConversation? {
        let form = TrackerText(conversation: conversation)
        let reply = try await load(
            TrackerScripts.lastSession, [.text(key(conversation))], [.integer(form.tail.count)])
        guard !reply.isNull else { return nil }
        guard case .array(let parts) = reply, parts.count == 3, let length = parts[0].int, let text = parts[1].bytes,
            let digest = parts[2].string
        else { throw StoreError(.unreadable, "Redis responded to a load with something unexpected") }
        let isWhole = text.count == length
        let stored = try await offload.compute(if: text.count > ShortWork.bytes) {
            () throws(StoreError) -> StoredConversation? in
            guard !isWhole else { return try Self.whole(text, digest, form) }
            return form.lastSession(text).map {
                StoredConversation(events: $0, position: Revision(length: length - form.tail.count, digest: digest))
            }
        }
        if let stored { return stored }
        // What looks like the beginning of a session is something else, such as a part of a message.
        return try await load(conversation)
    }

    /// Writes the new events, and nothing else, over the end of the stored text.
    package func append(
        _ events: [Event], to conversation: String, after position: Revision, fence: Int
    ) async throws -> Revision {
        guard !events.isEmpty else { return position }
        let form = TrackerText(conversation: conversation)
        guard let place = form.place(position) else {
            guard let stored = try await load(conversation), stored.position == position else {
                throw StoreError.conflict
            }
            return try await replace(conversation, with: stored.events + events, after: position, fence: fence)
        }
        guard place > 0 else { return try await replace(conversation, with: events, after: position, fence: fence) }
        var text = try await offload.compute(if: ShortWork.isExceeded(by: events)) { () throws(StoreError) in
            TrackerText.encoded(events, hasEvents: place > TrackerText.head.count)
        }
        let bodyLength = place + text.count
        text += form.tail
        let digest = try await write(events, text, at: place, form, conversation, after: position, fence: fence)
        return Revision(length: bodyLength, digest: digest)
    }

    package func replace(
        _ conversation: String, with events: [Event], after position: Revision, fence: Int
    ) async throws -> Revision {
        let form = TrackerText(conversation: conversation)
        var text = try await offload.compute(if: ShortWork.isExceeded(by: events)) { () throws(StoreError) in
            TrackerText.head + TrackerText.encoded(events, hasEvents: false)
        }
        let bodyLength = text.count
        text += form.tail
        let digest = try await write(events, text, at: -1, form, conversation, after: position, fence: fence)
        return Revision(length: bodyLength, digest: digest)
    }

    package func conversations() async throws -> [String] {
        let start = key("")
        let pattern = start.replacing(/[\\*?\[\]^-]/.matchingSemantics(.unicodeScalar)) { "\\\($0.output)" } + "*"
        var names: Set<ExactString> = []
        var cursor = "0"
        repeat {
            let reply: RedisValue
            do {
                reply = try await client.send(["SCAN", .text(cursor), "MATCH", .text(pattern), "COUNT", "1000"])
            } catch {
                throw Self.failure(error)
            }
            guard let parts = reply.array, parts.count == 2, let next = parts[0].string, let keys = parts[1].array
            else { throw StoreError(.unreadable, "Redis responded to a SCAN with something unexpected") }
            for key in keys.compactMap(\.string) {
                if let name = key.exact.removingPrefix(start) { names.insert(String(name)) }
            }
            cursor = next
        } while cursor != "0"
        return names.map(\.string)
    }

    /// Ends the connection, if it is the store's own.
    package func close() async { if ownsClient { await client.close() } }

    private func key(_ conversation: String) -> String { "\(prefix)tracker:\(conversation)" }

    private static func whole(
        _ text: [UInt8], _ digest: String, _ form: TrackerText
    ) throws(StoreError) -> StoredConversation {
        let (events, hasRasasMembers) = try TrackerText.events(text)
        guard hasRasasMembers, let bodyLength = form.bodyLength(of: text) else {
            return StoredConversation(events: events, position: TrackerText.irregularPosition(text))
        }
        return StoredConversation(events: events, position: Revision(length: bodyLength, digest: digest))
    }

    /// - Returns: The mark of the new body.
    private func write(
        _ events: [Event], _ text: [UInt8], at place: Int, _ form: TrackerText, _ conversation: String,
        after position: Revision, fence: Int
    ) async throws(StoreError) -> String {
        var interruption: RedisError?
        let reply: RedisValue
        do throws(RedisError) {
            reply = try await run(
                TrackerScripts.write, [.text(key(conversation)), .text("\(prefix)parley:fence:\(conversation)")],
                [
                    .integer(form.wholeLength(position)), .integer(position.length),
                    .text(TrackerText.digest(position)),
                    .integer(place), .bytes(text), .integer(form.tail.count), .integer(fence),
                    .integer(Self.fenceMilliseconds), .integer(expirySeconds),
                ]
            ) { interruption = $0 }
        } catch {
            let mayBeWritten = interruption != nil || error.code == .interrupted || error.code == .closed
            throw mayBeWritten ? .unknown(Self.words(error)) : Self.failure(error)
        }
        if let digest = reply.string { return digest }
        // A later writer may have come behind the first attempt.
        guard let interruption, await mayHold(events, of: conversation, after: position) else { throw .conflict }
        throw .unknown(Self.words(interruption))
    }

    private func load(
        _ script: RedisScript, _ keys: [RedisArgument], _ own: [RedisArgument]
    ) async throws(StoreError) -> RedisValue {
        do throws(RedisError) {
            return try await run(script, keys, own)
        } catch {
            throw Self.failure(error)
        }
    }

    /// Runs a script; once more where the connection was lost before its response came, as every script may be.
    ///
    /// - Parameter interrupted: Told where that happens.
    private func run(
        _ script: RedisScript, _ keys: [RedisArgument], _ own: [RedisArgument],
        interrupted: (RedisError) -> Void = { _ in }
    ) async throws(RedisError) -> RedisValue {
        let arguments = own + [database]
        do throws(RedisError) {
            return try await client.run(script, keys: keys, arguments: arguments)
        } catch  where error.code == .interrupted {
            interrupted(error)
            return try await client.run(script, keys: keys, arguments: arguments)
        }
    }

    private static func failure(_ error: RedisError) -> StoreError { StoreError(.unreachable, words(error)) }

    private static func words(_ error: RedisError) -> String { "the tracker store in Redis: \(error)" }
}
