internal import Redis

/// The names of everything that a lock store keeps in Redis.
struct LeaseKeys: Sendable {
    /// The start of a queue's key, as Rasa's `RedisLockStore` names them.
    let queues: String
    /// The key of the highest fence.
    let fence: String
    /// The channel for news that concern everybody; a worker's own is this, a colon and its name. The number of the
    /// database is part of it, since channels belong to all databases.
    let channel: String

    private let owners: String

    init(_ prefix: RedisKeyPrefix, database: Int) {
        queues = "\(prefix.own)lock:"
        fence = "\(prefix.own)parley:fence"
        owners = "\(prefix.own)parley:owner:"
        channel = "\(prefix.own)parley:\(database):wake"
    }

    func queue(of conversation: String) -> RedisArgument { .text(queues + conversation) }

    func conversations(of owner: String) -> RedisArgument { .text(owners + owner) }
}
