internal import Redis

/// The steps of ``RedisReminderStore``, each atomic. KEYS[1] holds, by their time, the names of all reminders as JSON
/// `[conversation, name]`; KEYS[2] the reminders of one conversation by name.
enum ReminderScripts {
    /// ARGV: name, reminder, time in seconds, member of KEYS[1].
    static let schedule = RedisScript(
        """
        redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
        redis.call('ZADD', KEYS[1], ARGV[3], ARGV[4])
        return 1
        """)

    /// ARGV: seconds that a claim lasts, how many are claimed at most. Answers the members and the time of the next.
    static let claim = RedisScript(
        """
        local time = redis.call('TIME')
        local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
        local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.6f', now), 'LIMIT', 0, ARGV[2])
        for _, member in ipairs(due) do
            redis.call('ZADD', KEYS[1], string.format('%.6f', now + tonumber(ARGV[1])), member)
        end
        local following = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
        return {due, following[2] or ''}
        """)

    /// ARGV: name, reminder, member of KEYS[1]. A reminder that was scheduled anew stays.
    static let complete = RedisScript(
        """
        local current = redis.call('HGET', KEYS[2], ARGV[1])
        if current and current ~= ARGV[2] then return 0 end
        redis.call('HDEL', KEYS[2], ARGV[1])
        redis.call('ZREM', KEYS[1], ARGV[3])
        return 1
        """)
}
