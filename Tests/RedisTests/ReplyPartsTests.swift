import CHiredis
import Testing

@testable import Redis

@Suite("Replies as hiredis reads them")
struct ReplyPartsTests {
    /// Feeds the bytes of replies to a reader in pieces, and returns the replies.
    private func replies(
        to texts: String..., piece: Int = 3, functions changed: redisReplyObjectFunctions = ReplyParts.functions
    ) throws -> [RedisValue?] {
        let functions = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        defer { functions.deallocate() }
        functions.initialize(to: changed)
        let reader = try #require(redisReaderCreateWithFunctions(functions))
        defer { redisReaderFree(reader) }
        let bytes = texts.flatMap { Array($0.utf8) }
        var replies: [RedisValue?] = []
        for start in stride(from: 0, to: bytes.count, by: piece) {
            let part = bytes[start..<min(start + piece, bytes.count)]
            let fed = part.withUnsafeBytes { redisReaderFeed(reader, $0.baseAddress, $0.count) }
            try #require(fed == REDIS_OK)
            while true {
                var reply: UnsafeMutableRawPointer?
                try #require(redisReaderGetReply(reader, &reply) == REDIS_OK)
                guard let reply else { break }
                replies.append(ReplyParts.whole(reply))
            }
        }
        return replies
    }

    @Test("single values", arguments: [1, 2, 1000])
    func values(piece: Int) throws {
        let read = try replies(
            to: "+OK\r\n", "-ERR no\r\n", ":-7\r\n", "$5\r\na\r\n\0b\r\n", "$-1\r\n", "*-1\r\n", "$0\r\n\r\n",
            piece: piece)
        #expect(
            read == [
                .status("OK"), .error("ERR no"), .integer(-7), .bytes(Array("a\r\n\0b".utf8)), .null, .null, .bytes([]),
            ])
    }

    @Test("arrays within arrays, empty ones, and errors among their elements", arguments: [1, 1000])
    func arrays(piece: Int) throws {
        let read = try replies(
            to: "*4\r\n:1\r\n*2\r\n$1\r\nx\r\n*0\r\n-ERR no\r\n*1\r\n$-1\r\n", "*0\r\n", piece: piece)
        #expect(
            read == [
                .array([.integer(1), .array([.bytes([0x78]), .array([])]), .error("ERR no"), .array([.null])]),
                .array([]),
            ])
    }

    @Test("an array that lacks an element is no reply")
    func unknownElement() throws {
        // What a reader does with an element for whose kind there is no function: it leaves it out.
        var functions = ReplyParts.functions
        functions.createInteger = { task, _ in task?.pointee.parent?.pointee.obj }
        #expect(try replies(to: "*2\r\n+OK\r\n*1\r\n:1\r\n", functions: functions) == [nil])
    }

    @Test("a reply that is cut short is freed with its reader")
    func unfinished() throws {
        #expect(try replies(to: "*3\r\n$2\r\nok\r\n*2\r\n:1\r\n").isEmpty)
    }
}
