import Redis

/// The atomic steps on the queue of a conversation, as Lua scripts.
///
/// Contract. The queue of a conversation is a string in the form of Rasa's `TicketLock.dumps`: a JSON object with
/// `conversation_id` and `tickets`, each ticket a JSON object in a string with `number` and `expires` (seconds since
/// 1970). Parley's tickets also have `owner`, `fence` and `request`, which Rasa reads over, and drops when it writes
/// the queue. A ticket without an owner is either another program's or has lost its fields; so that it can be found
/// again, the last four digits of the microseconds in `expires` are those of its fence.
///
/// All times are Redis' own (`TIME`), so the workers' clocks do not matter; `ARGV[1]` replaces it in simulations.
/// Every step first drops the tickets that have run out. Whoever becomes first by a step is told by a message on its
/// owner's channel; of a ticket without an owner everybody is told.
///
/// Beside the queues there are, under `<prefix>parley:`
/// - `fence`: the highest fence ever given out. It outlives the queues, so fences grow even where Redis' clock was set
///   back; where the key is lost, the clock makes them grow.
/// - `owner:<owner>`: the conversations in which a worker has tickets, so that those of a dead worker are found without
///   a search. A word in its place marks a worker as dead: a take of its that comes late is refused.
/// - `queue:<conversation>`: what is known of a long queue (``longQueues``).
enum LeaseScripts {
    static let take = RedisScript(reading + longQueues + writing + takeBody)
    static let check = RedisScript(reading + longQueues + writing + checkBody)
    static let release = RedisScript(reading + longQueues + writing + releaseBody)
    static let releaseAll = RedisScript(reading + longQueues + writing + releaseAllBody)
    static let sweep = RedisScript(reading + longQueues + writing + sweepBody)

    /// All of them, to be loaded with a connection.
    static let all = [take, check, release, releaseAll, sweep]

    /// Milliseconds for which a dead worker is remembered; its last commands are underway for far less.
    static let deathNotice = 600_000

    private static let reading = """
        local now
        if ARGV[1] ~= '' then
            now = tonumber(ARGV[1])
        else
            local time = redis.call('TIME')
            now = tonumber(time[1]) * 1000000 + tonumber(time[2])
        end
        local channel = ARGV[2]

        -- The tickets of a queue that have not run out, whether some have, and who was first before that.
        local function read(key)
            local text, queue, dropped, first = redis.call('GET', key), {}, false, nil
            if not text then return queue, false, nil end
            local readable, lock = pcall(cjson.decode, text)
            if not readable or type(lock) ~= 'table' or type(lock.tickets) ~= 'table' then return queue, true, nil end
            for _, inner in ipairs(lock.tickets) do
                local fine, ticket = pcall(cjson.decode, inner)
                if fine and type(ticket) == 'table' and type(ticket.number) == 'number'
                    and type(ticket.expires) == 'number' then
                    ticket.expires = math.floor(ticket.expires * 1000000 + 0.5)
                    ticket.text = inner
                    if type(ticket.owner) ~= 'string' then ticket.owner = nil end
                    first = first or ticket
                    if now > ticket.expires then dropped = true else queue[#queue + 1] = ticket end
                else
                    dropped = true
                end
            end
            return queue, dropped, first
        end

        -- When a ticket runs out: the lease from now, with the mark of its fence in the last four digits.
        local function expiry(lease, fence)
            return math.ceil((now + lease) / 10000) * 10000 + math.fmod(fence, 10000)
        end

        local function written(ticket)
            if ticket.text then return ticket.text end
            return string.format(
                '{"number": %.0f, "expires": %.0f.%06.0f, "owner": "%s", "request": %.0f, "fence": %.0f}',
                ticket.number, math.floor(ticket.expires / 1000000), math.fmod(ticket.expires, 1000000),
                ticket.owner, ticket.request, ticket.fence)
        end


        """

    private static let writing = """
        -- Stores a queue for as long as its last ticket lives, and a second.
        local function write(key, side, name, queue)
            if #queue == 0 then
                redis.call('DEL', key, side)
                return
            end
            local tickets, last, earliest = {}, now, math.huge
            for index, ticket in ipairs(queue) do
                tickets[index] = cjson.encode(written(ticket))
                last, earliest = math.max(last, ticket.expires), math.min(earliest, ticket.expires)
            end
            local text = header(name) .. table.concat(tickets, ', ') .. ']}'
            local left = math.ceil((last - now) / 1000) + 1000
            redis.call('SET', key, text, 'PX', string.format('%.0f', left))
            local final = queue[#queue]
            if #text >= longText and final.owner then
                remember(side, #text, text, #queue, final.number, earliest, left)
            end
        end

        local function same(ticket, owner, request, number, fence)
            if ticket.owner then return ticket.owner == owner and ticket.request == request end
            return ticket.number == number and math.fmod(ticket.expires, 10000) == math.fmod(fence, 10000)
        end

        local function notify(ticket, conversation)
            if ticket.owner then
                local words = string.format('%.0f %.0f %.0f ', ticket.request, ticket.number, ticket.fence)
                redis.call('PUBLISH', channel .. ':' .. ticket.owner, words .. conversation)
            else
                redis.call('PUBLISH', channel, conversation)
            end
        end

        -- Tells whoever is first now, unless that was so before.
        local function notifyNew(before, queue, conversation)
            local head = queue[1]
            if head and before and head ~= before then notify(head, conversation) end
        end


        """

    /// KEYS: queue, owner's conversations, highest fence, what is known of the queue.
    /// ARGV: time, channel, owner, lease in µs, conversation, conversation as JSON, request, limit.
    /// Returns {number, ahead, fence}, {-1, waiting} where the queue is full, {-2} to a dead worker.
    private static let takeBody = """
        local owner, lease, conversation, name = ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6]
        local request, limit = tonumber(ARGV[7]), tonumber(ARGV[8])

        -- Notes that the owner has a ticket here; a dead one is told so.
        local function enlist()
            local added = redis.pcall('SADD', KEYS[2], conversation)
            if type(added) == 'table' and added.err then
                if string.find(added.err, 'WRONGTYPE', 1, true) then return {-2} end
                return added
            end
            redis.call('PEXPIRE', KEYS[2], string.format('%.0f', math.ceil(lease / 250)))
            return nil
        end

        local function issue(number)
            local fence = math.max(now, (tonumber(redis.call('GET', KEYS[3])) or 0) + 1)
            redis.call('SET', KEYS[3], string.format('%.0f', fence))
            local expires = expiry(lease, fence)
            return {number = number, owner = owner, fence = fence, request = request, expires = expires}
        end

        local long = known(KEYS[1], KEYS[4])
        if long and not string.find(long.text, mark(owner, request), 1, true) then
            if long.count >= limit then return {-1, long.count} end
            local refusal = enlist()
            if refusal then return refusal end
            local ticket = issue(long.number + 1)
            append(KEYS[1], KEYS[4], long, ticket)
            return {ticket.number, long.count, ticket.fence}
        end

        local queue, _, before = read(KEYS[1])
        local found
        for index, ticket in ipairs(queue) do
            if ticket.owner == owner and ticket.request == request then found = index end
        end
        if not found and #queue >= limit then return {-1, #queue} end
        local refusal = enlist()
        if refusal then return refusal end
        local ticket
        if found then
            ticket = queue[found]
            ticket.text = nil
            ticket.expires = expiry(lease, ticket.fence)
        else
            ticket = issue(#queue > 0 and queue[#queue].number + 1 or 0)
            queue[#queue + 1] = ticket
            found = #queue
        end
        write(KEYS[1], KEYS[4], name, queue)
        if queue[1] ~= ticket then notifyNew(before, queue, conversation) end
        return {ticket.number, found - 1, ticket.fence}
        """

    /// KEYS: queue, owner's conversations, what is known of the queue.
    /// ARGV: time, channel, owner, lease in µs, conversation, conversation as JSON, renews, holdsFirst,
    /// then request, number and fence of each ticket.
    /// Returns how many are ahead of each ticket, -1 where it is gone, -2 where it was put back.
    private static let checkBody = """
        local owner, lease, conversation, name = ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6]
        local renews, holdsFirst = ARGV[7] == '1', ARGV[8] == '1'
        local queue, changed = read(KEYS[1])
        local wasEmpty, places, asked = #queue == 0, {}, {}
        -- Where the owner's tickets are, and those that have no owner. A take that was sent twice and came late leaves the
        -- request with another fence.
        local owned, others = {}, {}
        for index = #queue, 1, -1 do
            local ticket = queue[index]
            if ticket.owner == owner then
                owned[string.format('%.0f %.0f', ticket.request, ticket.fence)] = index
            elseif not ticket.owner then
                others[string.format('%.0f %.0f', ticket.number, math.fmod(ticket.expires, 10000))] = index
            end
        end
        for at = 9, #ARGV, 3 do
            local request, number, fence = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
            local index = owned[string.format('%.0f %.0f', request, fence)]
            local other = others[string.format('%.0f %.0f', number, math.fmod(fence, 10000))]
            if other and not asked[queue[other]] then index = math.min(index or other, other) end
            local place = -1
            if index then
                local ticket = queue[index]
                place = index - 1
                asked[ticket] = true
                if renews or not ticket.owner then
                    if not ticket.owner then
                        ticket.owner, ticket.request, ticket.fence = owner, request, fence
                    end
                    if renews then ticket.expires = expiry(lease, ticket.fence) end
                    ticket.text = nil
                    changed = true
                end
            elseif wasEmpty and holdsFirst and at == 9 then
                local added = redis.pcall('SADD', KEYS[2], conversation)
                if type(added) ~= 'table' then
                    local ticket = {number = number, owner = owner, fence = fence, request = request}
                    ticket.expires = expiry(lease, fence)
                    queue[1], place, changed = ticket, -2, true
                    asked[ticket] = true
                end
            end
            places[#places + 1] = place
        end
        if changed then
            write(KEYS[1], KEYS[3], name, queue)
            if next(asked) then redis.pcall('SADD', KEYS[2], conversation) end
        end
        if renews then redis.call('PEXPIRE', KEYS[2], string.format('%.0f', math.ceil(lease / 250))) end
        -- The first may have missed its message, or have forgotten its ticket.
        if queue[1] and queue[1].owner and not asked[queue[1]] then notify(queue[1], conversation) end
        return places
        """

    /// KEYS: queue, owner's conversations, what is known of the queue.
    /// ARGV: time, channel, owner, conversation, conversation as JSON, request, number, fence.
    /// Returns {request, number, fence} of the first ticket if it is the same owner's, {} otherwise.
    private static let releaseBody = """
        local owner, conversation, name = ARGV[3], ARGV[4], ARGV[5]
        local request, number, fence = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])

        local long = known(KEYS[1], KEYS[3])
        if long then
            local wasFirst, head, rest = cut(KEYS[1], KEYS[3], long, name, owner, request)
            if head then
                if not string.find(rest, owner .. '\\\\"', #header(name) + 1, true) then
                    redis.pcall('SREM', KEYS[2], conversation)
                end
                if head.owner == owner then return {head.request, head.number, head.fence} end
                if wasFirst then notify(head, conversation) end
                return {}
            end
        end

        local queue, changed, before = read(KEYS[1])
        local rest, hasMore = {}, false
        for _, ticket in ipairs(queue) do
            if same(ticket, owner, request, number, fence) then
                changed = true
            else
                rest[#rest + 1] = ticket
                hasMore = hasMore or ticket.owner == owner
            end
        end
        if changed then write(KEYS[1], KEYS[3], name, rest) end
        if not hasMore then redis.pcall('SREM', KEYS[2], conversation) end
        local head = rest[1]
        if head and head.owner == owner then return {head.request, head.number, head.fence} end
        notifyNew(before, rest, conversation)
        return {}
        """
}
