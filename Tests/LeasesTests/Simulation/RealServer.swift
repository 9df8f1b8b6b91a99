import JSON
import NIOCore
import Redis

@testable import Leases

/// The lease scripts in a real Redis, told the simulation's time.
struct RealServer: SimulatedServer {
    /// Workers that a simulation may use: `w0` and so on; their channels are listened to from the start.
    static let workers = 40

    private let client: RedisClient
    private let subscription: RedisSubscription
    private var messages: AsyncStream<RedisSubscription.Event>.Iterator
    private let lifetime: Int
    private let waitingLimit: Int
    private let keys = LeaseKeys(RedisKeyPrefix(nil), database: 0)
    private var marks = 0

    init(port: Int, loop: any EventLoop, lifetime: Int, waitingLimit: Int) async throws {
        let configuration = RedisConfiguration(host: "127.0.0.1", port: port)
        client = RedisClient(configuration, scripts: LeaseScripts.all, eventLoop: loop)
        let channels = [keys.channel, "mark"] + (0..<Self.workers).map { [keys] in "\(keys.channel):w\($0)" }
        let (stream, continuation) = AsyncStream.makeStream(of: RedisSubscription.Event.self)
        subscription = RedisSubscription(configuration, channels: channels, eventLoop: loop) { continuation.yield($0) }
        messages = stream.makeAsyncIterator()
        _ = await messages.next()
        self.lifetime = lifetime
        self.waitingLimit = waitingLimit
    }

    func clear() async throws { _ = try await client.send(["FLUSHALL"]) }

    func close() async {
        await subscription.close()
        await client.close()
    }

    mutating func execute(_ command: LeaseCommand, owner: String, time: Int) async throws -> LeaseReply {
        let steps = steps(owner)
        let call = steps.call(command, time: time)
        let value = try await client.run(call.script, keys: call.keys, arguments: call.arguments)
        guard let reply = steps.reply(to: command, value) else { throw UnexpectedReply(value: value) }
        return reply
    }

    struct UnexpectedReply: Error {
        let value: RedisValue
    }

    mutating func releaseAll(owner: String, time: Int) async throws {
        let call = steps(owner).releaseAll(of: owner, time: time)
        _ = try await client.run(call.script, keys: call.keys, arguments: call.arguments)
    }

    mutating func news() async throws -> [News] {
        marks += 1
        _ = try await client.send(["PUBLISH", "mark", .integer(marks)])
        var news: [News] = []
        while case .message(let channel, let payload)? = await messages.next() {
            let text = String(decoding: payload, as: UTF8.self)
            if channel == "mark" {
                if text == "\(marks)" { break }
            } else if channel == keys.channel {
                news.append(.changed(conversation: text))
            } else if let (name, conversation) = LeaseCommands.news(payload) {
                news.append(
                    .first(owner: String(channel.dropFirst(keys.channel.count + 1)), name, conversation: conversation))
            }
        }
        return news
    }

    mutating func read(_ conversation: String) async throws -> [ForeignTicket] {
        guard let bytes = try await client.send(["GET", keys.queue(of: conversation)]).bytes else { return [] }
        let tickets = try JSON(parsing: bytes)["tickets"]?.array ?? []
        return try tickets.map { text in
            let ticket = try JSON(parsing: text.string ?? "")
            let expires = ((ticket["expires"]?.double ?? 0) * 1_000_000).rounded()
            return ForeignTicket(number: ticket["number"]?.int ?? -1, expires: Int(expires))
        }
    }

    mutating func write(_ conversation: String, _ tickets: [ForeignTicket]) async throws {
        guard !tickets.isEmpty else {
            _ = try await client.send(["DEL", keys.queue(of: conversation)])
            return
        }
        let texts = tickets.map { ticket -> JSON in
            let expires = JSON.double(Double(ticket.expires) / 1_000_000)
            return .string(JSON.object(["number": .int(ticket.number), "expires": expires]).text(.python))
        }
        let value = JSON.object(["conversation_id": .string(conversation), "tickets": .array(texts)])
        _ = try await client.send(["SET", keys.queue(of: conversation), .bytes(value.encoded(.python))])
    }

    mutating func holds(_ conversation: String) async throws -> Bool {
        let owners = try await client.send(["KEYS", "parley:owner:*"]).array ?? []
        for owner in owners.compactMap(\.string) {
            guard try await client.send(["TYPE", .text(owner)]).string == "set" else { continue }
            if try await client.send(["SISMEMBER", .text(owner), .text(conversation)]).int == 1 { return true }
        }
        return try await client.send(["EXISTS", keys.queue(of: conversation)]).int == 1
    }

    mutating func lastFence() async throws -> Int {
        Int(try await client.send(["GET", .text(keys.fence)]).string ?? "") ?? 0
    }

    private func steps(_ owner: String) -> LeaseCommands {
        LeaseCommands(keys: keys, owner: owner, lifetime: lifetime, waitingLimit: waitingLimit)
    }
}
