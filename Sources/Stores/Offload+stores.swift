import Dialogue
import Offloading

extension Offload {
    /// Computes something for a store: elsewhere if it is long. What cannot be computed now is as if the store were
    /// away.
    func compute<Result: Sendable>(
        if isLong: Bool, _ work: @escaping @Sendable () throws(StoreError) -> Result
    ) async throws(StoreError) -> Result {
        guard isLong else { return try work() }
        do {
            return try await run(work)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.unreachable, "a long conversation: \(error)")
        }
    }
}

/// What stores do at once: it takes some milliseconds.
enum ShortWork {
    /// Events that are encoded or read.
    static let events = 128
    /// Bytes of JSON that are read.
    static let bytes = 64 << 10
    /// What events that are encoded take in memory: few may have much in them.
    private static let weight = 1 << 20

    /// Whether it takes longer to encode these.
    static func isExceeded(by list: [Event]) -> Bool { list.count > events || list.weight > weight }
}
