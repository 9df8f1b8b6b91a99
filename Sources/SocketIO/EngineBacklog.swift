/// Counts the bytes of one kind that one worker keeps for all clients of Socket.IO together.
final class EngineBacklog {
    // Touched on the event loop only.

    /// A client that makes more of them necessary is let go.
    private static let maxBytes = 64 << 20

    private(set) var bytes = 0

    /// Counts bytes, where there is room for them.
    ///
    /// - Returns: Whether there is.
    func add(_ count: Int) -> Bool {
        guard bytes + count <= Self.maxBytes else { return false }
        bytes += count
        return true
    }

    /// Counts bytes no longer.
    func remove(_ count: Int) { bytes -= count }
}
