import CHiredis

/// Turns the bytes of a connection into replies: hiredis' `redisReader` behind one narrow type.
///
/// Belongs to one connection and one thread. hiredis bounds the depth of nested replies (7).
final class ReplyReader {
    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>

    init() throws(RedisError) {
        functions = .allocate(capacity: 1)
        functions.initialize(to: ReplyParts.functions)
        guard let reader = redisReaderCreateWithFunctions(functions) else {
            functions.deallocate()
            throw RedisError(.unreachable, "out of memory while a connection to Redis was made")
        }
        self.reader = reader
    }

    deinit {
        redisReaderFree(reader)
        functions.deallocate()
    }

    /// Takes over more bytes of the stream.
    func feed(_ bytes: UnsafeRawBufferPointer) throws(RedisError) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        guard redisReaderFeed(reader, start.assumingMemoryBound(to: CChar.self), bytes.count) == REDIS_OK else {
            throw failure
        }
    }

    /// The next whole reply; nil until more bytes come.
    func next() throws(RedisError) -> RedisValue? {
        var reply: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &reply) == REDIS_OK else { throw failure }
        guard let reply else { return nil }
        guard let whole = ReplyParts.whole(reply) else {
            throw RedisError(.interrupted, "what came is not the second version of Redis' protocol")
        }
        return whole
    }

    private var failure: RedisError {
        let text = withUnsafeBytes(of: reader.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return RedisError(.interrupted, "what came is not Redis' protocol: \(text)")
    }
}
