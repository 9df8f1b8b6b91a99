import Redis

/// The names of everything that a lock store keeps in Redis.
struct LeaseKeys: Sendable {
    /// The start of a queue's key, as Rasa's `RedisLockStore` names them.
    let queues: String
    /// The key of the highest fence.
    let fence: String
    /// The channel for news that concern everybody; a worker's own is this, a colon and its name. The number of the
    /// database is part of it, since channels belong to all databases.
    let channel: String

    /// The start of the keys of what is known of queues.
    let notes: String

    private let owners: String

    init(_ prefix: RedisKeyPrefix, database: Int) {
        queues = "\(prefix.own)lock:"
        fence = "\(prefix.own)parley:fence"
        notes = "\(prefix.own)parley:queue:"
        owners = "\(prefix.own)parley:owner:"
        channel = "\(prefix.own)parley:\(database):wake"
    }

    func queue(of conversation: String) -> RedisArgument { .text(queues + conversation) }

    /// What is known of a queue.
    func note(of conversation: String) -> RedisArgument { .text(notes + conversation) }

    func conversations(of owner: String) -> RedisArgument { .text(owners + owner) }
}
