/// The steps that take tickets out of several queues.
extension LeaseScripts {
    /// KEYS: owner's conversations.
    /// ARGV: time, channel, owner, start of the queues' keys, milliseconds for which the death is remembered, start of
    /// the keys of what is known of queues.
    /// Returns how many tickets were removed.
    static let releaseAllBody = """
        local owner, count = ARGV[3], 0
        local conversations = redis.pcall('SMEMBERS', KEYS[1])
        if conversations.err then conversations = {} end
        for _, conversation in ipairs(conversations) do
            local key = ARGV[4] .. conversation
            local queue, changed, before = read(key)
            local rest = {}
            for _, ticket in ipairs(queue) do
                if ticket.owner == owner then count = count + 1 else rest[#rest + 1] = ticket end
            end
            if changed or #rest < #queue then write(key, ARGV[6] .. conversation, cjson.encode(conversation), rest) end
            notifyNew(before, rest, conversation)
        end
        redis.call('SET', KEYS[1], 'dead', 'PX', ARGV[5])
        return count
        """

    /// KEYS: queues, then what is known of each.
    /// ARGV: time, channel, owner, then conversation, conversation as JSON, request, number and fence of each ticket.
    /// Returns how many of the tickets were in their queues again.
    static let sweepBody = """
        local owner, count, texts = ARGV[3], 0, {}

        -- Whether a ticket may be in a text, in its own form or in another program's.
        local function mayHave(text, request, number)
            return number < 0 or string.find(text, mark(owner, request), 1, true)
                or string.find(text, string.format('number\\\\": %.0f,', number), 1, true)
                or string.find(text, string.format('number\\\\":%.0f,', number), 1, true)
        end

        for index = 1, #KEYS / 2 do
            local key, at = KEYS[index], 5 * index - 1
            local request, number, fence = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
            texts[key] = texts[key] or redis.call('GET', key) or ''
            if mayHave(texts[key], request, number) then
                local queue, _, before = read(key)
                local rest = {}
                for _, ticket in ipairs(queue) do
                    if not same(ticket, owner, request, number, fence) then rest[#rest + 1] = ticket end
                end
                if #rest < #queue then
                    count = count + #queue - #rest
                    write(key, KEYS[#KEYS / 2 + index], ARGV[at + 1], rest)
                    notifyNew(before, rest, ARGV[at])
                    texts[key] = nil
                end
            end
        end
        return count
        """
}
