import Prefork
import System

/// What a worker may do and take before another one serves in its place.
package struct WorkerLimits: Sendable, Hashable {
    /// About how many requests; nil for any number.
    package var maxRequests: Int?
    /// Bytes of memory of its own; nil for any number.
    package var maxMemory: Int?

    package init() {}

    /// The limits of one worker: up to a tenth more requests, so that workers that began together do not end together.
    func drawn(using generator: inout some RandomNumberGenerator) -> WorkerLimits {
        var limits = self
        limits.maxRequests = maxRequests.map { $0.addingSaturating(Int.random(in: 0...$0 / 10, using: &generator)) }
        return limits
    }

    /// - Parameters:
    ///   - requests: How many the worker has had.
    ///   - memory: How many bytes it has; asked only where that matters.
    func exhaustion(requests: Int, memory: () -> UInt64) -> Exhaustion? {
        if let maxRequests, requests >= maxRequests { return .requests(requests) }
        guard let maxMemory else { return nil }
        let bytes = Int(clamping: memory())
        return bytes > maxMemory ? .memory(bytes) : nil
    }
}
