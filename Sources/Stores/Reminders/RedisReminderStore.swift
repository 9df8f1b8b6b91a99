package import Dialogue
import JSON
import Logging
package import Offloading
package import Redis

/// Keeps reminders in Redis, for all workers and hosts that share it: they outlive every worker.
package final class RedisReminderStore: ReminderStore {
    private let client: RedisClient
    private let offload: any Offload
    private let prefix: String
    private let logger = Logger(label: "parley.reminders")

    /// A store over a connection, which others may use too.
    ///
    /// - Parameter offload: Looks through many reminders for those that are taken back.
    package init(client: RedisClient, keyPrefix: RedisKeyPrefix, offload: any Offload = InlineOffload()) {
        self.client = client
        self.offload = offload
        prefix = "\(keyPrefix.own)parley:reminders"
    }

    package func schedule(_ reminder: ScheduledReminder) async throws {
        _ = try await run(
            ReminderScripts.schedule, keys(reminder.conversation),
            [.text(reminder.reminder.name), .bytes(reminder.text), .text("\(reminder.due)"), .text(member(reminder))])
    }

    package func cancel(_ cancellations: [ReminderCancelled], of conversation: String) async throws {
        let stored: RedisValue
        do throws(RedisError) {
            stored = try await client.send(["HVALS", .text(key(conversation))])
        } catch {
            throw unreachable(error)
        }
        let texts = stored.array ?? []
        let isLong = texts.count * cancellations.count > Self.shortComparisons
        let cancelled = try await offload.compute(if: isLong) { () throws(StoreError) in
            var cancelled: [ScheduledReminder] = []
            for text in texts {
                let waiting = try ScheduledReminder(text: text.bytes ?? [])
                if cancellations.contains(where: { $0.cancels(waiting.reminder) }) { cancelled.append(waiting) }
            }
            return cancelled
        }
        try await forget(cancelled, of: conversation)
    }

    /// So many comparisons of reminders with what takes them back are done within a millisecond or two.
    private static let shortComparisons = 128

    package func claim() async throws -> ClaimedReminders {
        let reply = try await run(
            ReminderScripts.claim, [.text(prefix)], [.integer(ReminderClaim.seconds), .integer(ReminderClaim.maxCount)])
        guard let parts = reply.array, parts.count == 2 else {
            throw StoreError(.unreadable, "Redis responded to a claim of reminders with something unexpected")
        }
        var due: [ScheduledReminder] = []
        let claimed = parts[0].array ?? []
        for member in claimed.compactMap(\.bytes) {
            do {
                if let waiting = try await load(member) { due.append(waiting) }
            } catch let error as StoreError where error.code == .unreadable {
                // It stays where it is stored for whoever can read it, but must not keep others from their time.
                logger.error("A reminder is ignored", metadata: ["error": "\(error)"])
                _ = try? await client.send(["ZREM", .text(prefix), .bytes(member)])
            }
        }
        return ClaimedReminders(
            due: due, next: parts[1].string.flatMap { Double($0) }, hasMore: claimed.count == ReminderClaim.maxCount)
    }

    package func renew(_ claimed: [ScheduledReminder]) async throws {
        guard !claimed.isEmpty else { return }
        _ = try await run(
            ReminderScripts.renew, [.text(prefix)],
            [.integer(ReminderClaim.seconds)] + claimed.map { .text(member($0)) })
    }

    package func complete(_ reminder: ScheduledReminder) async throws {
        try await forget([reminder], of: reminder.conversation)
    }

    private func forget(_ reminders: [ScheduledReminder], of conversation: String) async throws {
        // A script takes some thousand arguments and no more.
        for start in stride(from: 0, to: reminders.count, by: Self.maxForgotten) {
            let part = reminders[start..<min(start + Self.maxForgotten, reminders.count)]
            _ = try await run(
                ReminderScripts.complete, keys(conversation),
                part.flatMap { [.text($0.reminder.name), .bytes($0.text), .text(member($0))] })
        }
    }

    private static let maxForgotten = 1000

    /// Nothing: the connection belongs to whoever made it.
    package func close() async {}

    private func load(_ member: [UInt8]) async throws -> ScheduledReminder? {
        guard let names = try? JSON(parsing: member).array, names.count == 2, let conversation = names[0].string,
            let name = names[1].string
        else { throw StoreError(.unreadable, "a stored reminder has a name that Parley did not write") }
        let stored: [UInt8]
        do throws(RedisError) {
            guard let text = try await client.send(["HGET", .text(key(conversation)), .text(name)]).bytes else {
                return nil
            }
            stored = text
        } catch {
            throw unreachable(error)
        }
        return try ScheduledReminder(text: stored)
    }

    private func key(_ conversation: String) -> String { "\(prefix):\(conversation)" }

    private func keys(_ conversation: String) -> [RedisArgument] { [.text(prefix), .text(key(conversation))] }

    private func member(_ reminder: ScheduledReminder) -> String {
        JSON.array([.string(reminder.conversation), .string(reminder.reminder.name)]).text()
    }

    private func run(
        _ script: RedisScript, _ keys: [RedisArgument], _ arguments: [RedisArgument]
    ) async throws(StoreError) -> RedisValue {
        do throws(RedisError) {
            do throws(RedisError) {
                return try await client.run(script, keys: keys, arguments: arguments)
            } catch  where error.code == .interrupted {
                // Every step may be done twice.
                return try await client.run(script, keys: keys, arguments: arguments)
            }
        } catch {
            throw unreachable(error)
        }
    }

    private func unreachable(_ error: RedisError) -> StoreError {
        StoreError(.unreachable, "the reminders in Redis: \(error)")
    }
}
