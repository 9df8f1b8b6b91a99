/// How the scripts deal with long queues: as text, since to decode and write a thousand tickets takes a thousand times
/// as long as one.
///
/// Beside a queue of some tickets lies what Parley knew when it wrote it last, under
/// `<prefix>parley:queue:<conversation>`: the length of the text, the number of tickets, the last one's number, the
/// time at which the first of them runs out, and the end of the text. The end holds a fence, which no other program
/// writes, so while length and end are the same the queue is as Parley left it. Where it is not, or a ticket has run
/// out, the queue is read ticket by ticket.
extension LeaseScripts {
    static let longQueues = """
        -- Shorter queues are read as fast as this.
        local longText, endLength = 512, 80

        local function remember(side, length, finish, count, number, earliest, left)
            local words = string.format('%.0f %.0f %.0f %.0f ', length, count, number, earliest)
            redis.call('SET', side, words .. string.sub(finish, -endLength), 'PX', string.format('%.0f', left))
        end

        -- What is known of a long queue; nil where nothing certain is.
        local function known(key, side)
            local length = redis.call('STRLEN', key)
            if length < longText then return nil end
            local words = redis.call('GET', side)
            if not words then return nil end
            local size, count, number, earliest, finish = string.match(words, '^(%d+) (%d+) (%-?%d+) (%d+) (.+)$')
            if tonumber(size) ~= length or now > tonumber(earliest) then return nil end
            local text = redis.call('GET', key)
            if string.sub(text, -#finish) ~= finish then return nil end
            return {text = text, count = tonumber(count), number = tonumber(number), earliest = tonumber(earliest)}
        end

        -- By what a ticket of Parley's is found in a text.
        local function mark(owner, request)
            return string.format('%s\\\\", \\\\"request\\\\": %.0f,', owner, request)
        end

        local function header(name) return '{"conversation_id": ' .. name .. ', "tickets": [' end

        -- Puts a ticket behind the others.
        local function append(key, side, queue, ticket)
            local addition = ', ' .. cjson.encode(written(ticket)) .. ']}'
            redis.call('SETRANGE', key, string.format('%.0f', #queue.text - 2), addition)
            local left, wanted = redis.call('PTTL', key), math.ceil((ticket.expires - now) / 1000) + 1000
            if left >= 0 and left < wanted then
                redis.call('PEXPIRE', key, string.format('%.0f', wanted))
                left = wanted
            end
            remember(
                side, #queue.text - 2 + #addition, addition, queue.count + 1, ticket.number,
                math.min(queue.earliest, ticket.expires), math.max(left, wanted))
        end

        -- Takes a ticket out that is not the last.
        -- Returns whether it was the first, and the first and the text of the rest; nil where it cannot be done so.
        local function cut(key, side, queue, name, owner, request)
            local text, start = queue.text, header(name)
            if string.sub(text, 1, #start) ~= start then return nil end
            local at, finish = string.find(text, mark(owner, request), #start + 1, true)
            if not at then return nil end
            finish = string.find(text, '}"', finish, true)
            if not finish or string.sub(text, finish + 2, finish + 3) ~= ', ' then return nil end
            local from, next = nil, string.find(text, '"{', math.max(#start + 1, at - 200), true)
            while next and next < at do
                from = next
                next = string.find(text, '"{', next + 1, true)
            end
            if not from then return nil end
            local rest = string.sub(text, 1, from - 1) .. string.sub(text, finish + 4)
            local last = string.find(rest, '}"', #start + 1, true)
            local head = cjson.decode(cjson.decode('[' .. string.sub(rest, #start + 1, last + 1) .. ']')[1])
            if type(head.owner) ~= 'string' then head.owner = nil end
            local left = math.max(redis.call('PTTL', key), 1000)
            redis.call('SET', key, rest, 'PX', string.format('%.0f', left))
            remember(side, #rest, rest, queue.count - 1, queue.number, queue.earliest, left)
            return from == #start + 1, head, rest
        end


        """
}
