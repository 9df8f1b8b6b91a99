import Channels
import JSON
import Logging
import Redis

/// What outlives a worker, in Redis: for a minute which sessions it has left, and what it had to say to rooms whose
/// sockets have not connected again yet; as long as they are open, the sessions of clients that poll, which another
/// worker goes on with where this one is killed.
struct HubMailbox: Sendable {
    private static let seconds = 60
    /// How long what a worker has open is kept where nobody sees its end, as where a whole host is gone.
    private static let openSeconds = 3600
    /// How often a worker says that it is there: often enough to miss one time.
    static let refreshSeconds: Int64 = 1200
    /// What waits for one room; what is older is lost.
    private static let maxPackets = 100
    /// Packets come out of it once, whoever asks for them.
    private static let empty = RedisScript(
        "local packets = redis.call('LRANGE', KEYS[1], 0, -1) redis.call('DEL', KEYS[1]) return packets")
    private static let fill = RedisScript(
        "redis.call('RPUSH', KEYS[1], ARGV[1]) redis.call('LTRIM', KEYS[1], -\(maxPackets), -1) "
            + "return redis.call('EXPIRE', KEYS[1], \(seconds))")

    /// A session by its own record, or by that of its worker.
    private static let find = RedisScript(
        "return redis.call('GET', KEYS[1]) or redis.call('HGET', KEYS[2], ARGV[1])")

    private let shared: ChannelContext.SharedRedis
    private let logger = Logger(label: "parley.channel.socketio")

    init(_ shared: ChannelContext.SharedRedis) { self.shared = shared }

    private func key(_ kind: String, _ name: String) -> RedisArgument {
        .text("\(shared.prefix.own)parley:socketio:\(kind):\(name)")
    }

    // MARK: Sessions

    /// Notes a session that is open, as it would be lost.
    func note(_ session: String, socket: String?, rooms: [String], in worker: String) {
        let record = SessionRecord(socket: socket, rooms: rooms, isLost: true)
        shared.client.submit(["HSET", key("open", worker), .text(session), .text(record.json.text())]) { _ in }
        refresh(worker)
    }

    /// Has what a worker has open kept for longer.
    func refresh(_ worker: String) {
        shared.client.submit(["EXPIRE", key("open", worker), .integer(Self.openSeconds)]) { _ in }
    }

    /// A session is over.
    func forget(_ session: String, in worker: String) {
        shared.client.submit(["HDEL", key("open", worker), .text(session)]) { _ in }
    }

    /// A worker is gone: its sessions are known as long as those that are left.
    func noteEnd(of worker: String) {
        shared.client.submit(["EXPIRE", key("open", worker), .integer(Self.seconds)]) { _ in }
    }

    func record(_ record: SessionRecord, of session: String) {
        let content = RedisArgument.text(record.json.text())
        shared.client.submit(["SET", key("left", session), content, "EX", .integer(Self.seconds)]) { [logger] result in
            if case .failure(let error) = result {
                logger.warning(
                    "It cannot be said that a session was left",
                    metadata: ["session": "\(session)", "error": "\(error)"])
            }
        }
    }

    /// Finds a session that its worker has left, or had when it was killed.
    func find(_ session: String, in worker: String, _ completed: @escaping @Sendable (SessionRecord?) -> Void) {
        shared.client.submit(
            Self.find, keys: [key("left", session), key("open", worker)], arguments: [.text(session)]
        ) { result in
            let text = try? result.get().bytes
            completed(text.flatMap { try? JSON(parsing: $0) }.flatMap(SessionRecord.init))
        }
    }

    // MARK: Packets

    /// Keeps a packet for whoever enters a room next.
    ///
    /// - Parameter kept: Called once it can be fetched.
    func keep(_ packet: String, for room: String, _ kept: @escaping @Sendable () -> Void) {
        shared.client.submit(Self.fill, keys: [key("held", room)], arguments: [.text(packet)]) { [logger] result in
            switch result {
            case .success: kept()
            case .failure(let error):
                logger.error("A message is lost with its socket", metadata: ["room": "\(room)", "error": "\(error)"])
            }
        }
    }

    /// Fetches what waits for a room.
    func fetch(for room: String, _ completed: @escaping @Sendable ([String]) -> Void) {
        shared.client.submit(Self.empty, keys: [key("held", room)], arguments: []) { result in
            let packets = (try? result.get().array) ?? []
            if !packets.isEmpty { completed(packets.compactMap(\.string)) }
        }
    }
}
