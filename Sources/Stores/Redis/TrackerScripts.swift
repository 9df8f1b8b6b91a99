import Dialogue
import Redis

/// The steps of ``RedisTrackerStore``, each atomic.
///
/// A mark is the SHA-1 of the 1,024 bytes before an end. KEYS[1] is the conversation; KEYS[2] its fence, kept for the
/// time in which a late writer may still appear. The last of ARGV is the database of the keys, where the connection is
/// to another one, or empty; the server forgets it when the script ends.
enum TrackerScripts {
    private static let select = "if ARGV[#ARGV] ~= '' then redis.call('SELECT', ARGV[#ARGV]) end\n"

    /// Reads what a worker does not know yet.
    ///
    /// ARGV: end and digest of the body that the worker has, or 0 and the empty text; length of the tail. Returns nil
    /// for no conversation, `{1, rest, digest}` where that body is still there, `{0, whole text, digest}` otherwise;
    /// the mark is that of the body as it is now.
    static let load = RedisScript(
        select + """
            local length = redis.call('STRLEN', KEYS[1])
            if length == 0 then return false end
            local function mark(finish)
                if finish < 1 then return '' end
                return redis.sha1hex(redis.call('GETRANGE', KEYS[1], math.max(finish - 1024, 0), finish - 1))
            end
            local known = tonumber(ARGV[1])
            local current = mark(length - tonumber(ARGV[3]))
            if known > 0 and length >= known and mark(known) == ARGV[2] then
                return {1, redis.call('GETRANGE', KEYS[1], known, -1), current}
            end
            return {0, redis.call('GET', KEYS[1]), current}
            """)

    /// Reads the last session alone, in time that grows with that session and not with the conversation.
    ///
    /// From the end, in pieces that grow, it looks for the last text that only the action at the beginning of a session
    /// has, and for the event that this text is in. Whether it really is such an event is for the reader to see: a text
    /// that is cut inside of an event is no list of events.
    ///
    /// ARGV: length of the tail. Returns nil for no conversation, `{length, text from that event on, digest}`, or
    /// `{length, whole text, digest}` where there is no such text; the length is that of the whole text.
    static let lastSession = RedisScript(
        select + """
            local length = redis.call('STRLEN', KEYS[1])
            if length == 0 then return false end
            local function last(text, part, finish)
                local place, next = nil, 0
                repeat
                    place, next = next, text:find(part, next + 1, true)
                until not next or next > finish
                return place
            end
            local body, size = length - tonumber(ARGV[1]), 4096
            local text
            repeat
                size = size * 4
                text = redis.call('GETRANGE', KEYS[1], math.max(length - size, 0), -1)
                local name = last(text, '"name": "\(DefaultAction.sessionStart)"', #text)
                local event = name > 0 and last(text, '{"event": "action", ', name) or 0
                if event > 0 then
                    text = text:sub(event)
                    break
                end
            until size >= length
            local mark = body < 1 and ''
                or redis.sha1hex(redis.call('GETRANGE', KEYS[1], math.max(body - 1024, 0), body - 1))
            return {length, text, mark}
            """)

    /// Writes over the end of a conversation, or the whole, if it still is what the turn started from. Run again after
    /// its response was lost, it finds its own writing and returns as the first time.
    ///
    /// ARGV: length of the whole text, end and digest of the part that is compared, where the new text goes (-1: in
    /// place of the whole), the new text, length of its tail, the fence, milliseconds to keep the fence, seconds to
    /// keep the conversation (0: for ever). Returns the digest of the body as it is now, or nil for a conflict.
    static let write = RedisScript(
        select + """
            local fence = tonumber(redis.call('GET', KEYS[2]) or '0')
            if fence > tonumber(ARGV[7]) then return false end
            local length, place = redis.call('STRLEN', KEYS[1]), tonumber(ARGV[4])
            local from = math.max(place, 0)
            local isWritten = fence == tonumber(ARGV[7]) and length == from + #ARGV[5]
                and redis.call('GETRANGE', KEYS[1], from, -1) == ARGV[5]
            local function mark(finish)
                return redis.sha1hex(redis.call('GETRANGE', KEYS[1], math.max(finish - 1024, 0), finish - 1))
            end
            if not isWritten then
                local compared = tonumber(ARGV[2])
                if length ~= tonumber(ARGV[1]) then return false end
                if compared > 0 and mark(compared) ~= ARGV[3] then return false end
                if place < 0 then
                    redis.call('SET', KEYS[1], ARGV[5])
                else
                    redis.call('SETRANGE', KEYS[1], place, ARGV[5])
                end
                redis.call('SET', KEYS[2], ARGV[7], 'PX', ARGV[8])
            end
            if tonumber(ARGV[9]) > 0 then
                redis.call('EXPIRE', KEYS[1], ARGV[9])
            else
                redis.call('PERSIST', KEYS[1])
            end
            return mark(from + #ARGV[5] - tonumber(ARGV[6]))
            """)
}
