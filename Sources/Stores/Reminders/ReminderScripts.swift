import Redis

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

    /// ARGV: seconds that a claim lasts, how many are claimed at most. Returns the members and the time of the next.
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

    /// ARGV: seconds that a claim lasts, then members. One that was scheduled anew for later stays as it is.
    static let renew = RedisScript(
        """
        local time = redis.call('TIME')
        local finish = tonumber(time[1]) + tonumber(time[2]) / 1000000 + tonumber(ARGV[1])
        for at = 2, #ARGV do
            local current = redis.call('ZSCORE', KEYS[1], ARGV[at])
            if current and tonumber(current) < finish then
                redis.call('ZADD', KEYS[1], string.format('%.6f', finish), ARGV[at])
            end
        end
        return 1
        """)

    /// ARGV: name, reminder and member of KEYS[1], of each. A reminder that was scheduled anew stays.
    static let complete = RedisScript(
        """
        for at = 1, #ARGV, 3 do
            local current = redis.call('HGET', KEYS[2], ARGV[at])
            if not current or current == ARGV[at + 1] then
                redis.call('HDEL', KEYS[2], ARGV[at])
                redis.call('ZREM', KEYS[1], ARGV[at + 2])
            end
        end
        return 1
        """)
}
