import CHiredis

/// A reply while hiredis reads it. Its texts are copied once, out of the buffer of the connection: a conversation may
/// have many megabytes, which are copied on the worker's loop.
final class ReplyParts {
    /// A value that is no array, for a reply that is one value.
    private let value: RedisValue?
    private var elements: [RedisValue] = []
    /// How many elements the array has once it is whole.
    private let count: Int
    /// The arrays among the elements, which take their places once they are whole.
    private var arrays: [(place: Int, parts: ReplyParts)] = []

    private init(_ value: RedisValue) {
        self.value = value
        count = 0
    }

    private init(elements count: Int) {
        value = nil
        self.count = max(0, count)
        // The number is the server's word, so there is room for that many only as they come.
        elements.reserveCapacity(min(self.count, 1024))
    }

    /// Nil where an element was of a kind for which there is no function, as hiredis leaves such out.
    private func whole() -> RedisValue? {
        if let value { return value }
        guard elements.count == count else { return nil }
        for (place, parts) in arrays {
            guard let array = parts.whole() else { return nil }
            elements[place] = array
        }
        return .array(elements)
    }

    // MARK: What hiredis calls

    /// The reply that hiredis hands out; nil for one that has a kind for which there is no function below, of which
    /// newer versions of hiredis give a small number in place of a pointer.
    static func whole(_ reply: UnsafeMutableRawPointer) -> RedisValue? {
        guard UInt(bitPattern: reply) > 0xFF else { return nil }
        return Unmanaged<ReplyParts>.fromOpaque(reply).takeRetainedValue().whole()
    }

    /// hiredis keeps what these return for a reply until it is whole, and gives it back as the parent of its elements.
    static var functions: redisReplyObjectFunctions {
        var functions = redisReplyObjectFunctions()
        functions.createString = { task, text, count in
            guard let kind = task?.pointee.type else { return nil }
            let bytes = UnsafeRawBufferPointer(start: text, count: text == nil ? 0 : count)
            return switch kind {
            case REDIS_REPLY_STATUS: ReplyParts.add(.status(String(decoding: bytes, as: UTF8.self)), task)
            case REDIS_REPLY_ERROR: ReplyParts.add(.error(String(decoding: bytes, as: UTF8.self)), task)
            case REDIS_REPLY_STRING: ReplyParts.add(.bytes(Array(bytes)), task)
            default: ReplyParts.add(.null, task)
            }
        }
        functions.createArray = { task, count in
            let parts = ReplyParts(elements: Int(clamping: count))
            guard let parent = ReplyParts.parent(of: task) else { return Unmanaged.passRetained(parts).toOpaque() }
            parent.arrays.append((parent.elements.count, parts))
            parent.elements.append(.null)
            return Unmanaged.passUnretained(parts).toOpaque()
        }
        functions.createInteger = { task, number in ReplyParts.add(.integer(Int(number)), task) }
        functions.createNil = { task in ReplyParts.add(.null, task) }
        functions.freeObject = { reply in
            guard let reply, UInt(bitPattern: reply) > 0xFF else { return }
            Unmanaged<ReplyParts>.fromOpaque(reply).release()
        }
        return functions
    }

    /// - Returns: What stands for the value; for an element that is nothing but a sign that there was memory for it.
    private static func add(_ value: RedisValue, _ task: UnsafePointer<redisReadTask>?) -> UnsafeMutableRawPointer {
        guard let parent = parent(of: task) else { return Unmanaged.passRetained(ReplyParts(value)).toOpaque() }
        parent.elements.append(value)
        return Unmanaged.passUnretained(parent).toOpaque()
    }

    private static func parent(of task: UnsafePointer<redisReadTask>?) -> ReplyParts? {
        guard let object = task?.pointee.parent?.pointee.obj else { return nil }
        return Unmanaged<ReplyParts>.fromOpaque(object).takeUnretainedValue()
    }
}
