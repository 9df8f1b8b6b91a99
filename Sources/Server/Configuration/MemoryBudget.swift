import Assistant
import HTTPServer

/// What a worker may hold for its clients where a control group bounds the memory of the server: no client is to bring it
/// to its end by what it sends.
package struct MemoryBudget: Sendable, Hashable {
    /// Bytes of one body, which is many times as much once it is read as JSON.
    package let maxBodyBytes: Int
    /// Bytes of all bodies at a time.
    package let maxBufferedBodyBytes: Int
    package let connections: Int
    /// Values in the JSON of one body.
    package let maxJSONValues: Int
    /// Bytes that one worker may have in all.
    let workerBytes: Int
    /// Bytes of conversations that are kept for their next turns.
    let warmBytes: Int

    /// What the supervisor has in use without any worker, and each worker without any client.
    private static let supervisor = 6 << 20
    private static let worker = 12 << 20
    /// However little there is, a part of it is for clients: a model that is smaller than most leaves more.
    private static let minShare = 8
    /// What a byte of a body may become.
    private static let growth = 16
    /// One value of a body while its request is handled: as JSON, in the events made of it, in the conversation and in
    /// the response.
    private static let value = 1200
    private static let minValues = 2000
    /// A connection with the longest headers, measured.
    private static let connection = 24 << 10
    private static let encryptedConnection = 84 << 10
    private static let minBody = 64 << 10
    private static let minConnections = 16
    private static let minWarm = 256 << 10
    private static let maxWarm = Conversations.Options().warmBytes

    /// - Parameters:
    ///   - memory: Bytes that all processes of the server may have together.
    ///   - workers: How many workers share them.
    ///   - isEncrypted: Whether connections are.
    package init(memory: UInt64, workers: Int, isEncrypted: Bool = false) {
        let (memory, workers) = (Int(clamping: memory), max(1, workers))
        let needed = Self.supervisor + min(workers, Int.max / Self.worker / 2) * Self.worker
        let share = max(memory - needed, memory / Self.minShare) / workers
        // A half is for what is under way: conversations, and what the requests to other servers need.
        maxBufferedBodyBytes = max(Self.minBody, share / 4)
        maxBodyBytes = max(Self.minBody, share / 4 / Self.growth)
        workerBytes = max(0, memory - Self.supervisor) / workers
        warmBytes = min(Self.maxWarm, max(Self.minWarm, share / 8))
        maxJSONValues = min(HTTPRequest.maxJSONValues, max(Self.minValues, share / 4 / Self.value))
        connections = max(
            Self.minConnections, share / 4 / (isEncrypted ? Self.encryptedConnection : Self.connection))
    }
}
