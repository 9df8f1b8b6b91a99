/// Runs long computations on values of their own elsewhere, so that nobody else waits for them.
///
/// A worker serves all its clients on one thread. What may take longer than a few milliseconds (large JSON, long texts,
/// long conversations) goes through here; everything smaller is computed where it is needed, as a change of threads
/// costs more than it does. What is computed must not do I/O, and must not touch what belongs to the loop.
public protocol Offload: Sendable {
    /// Computes something elsewhere.
    ///
    /// - Throws: ``OffloadError`` where it cannot be computed now or takes too long, and what `work` throws.
    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result

    /// Computes the end of something that has happened already, such as the response that shows what was stored: it
    /// waits as long as it must, and is never refused.
    func finish<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result

    /// Lets go of something large elsewhere, once its owner has let go of it: to free the values of a long conversation
    /// takes as long as to make them.
    func release(_ value: any Sendable)

    /// Whether memory is bounded, so that what may be long is not read before there is room for it.
    var hasBoundedMemory: Bool { get }

    /// Reads something whose size shows only then: where memory is bounded, one after another and while there is room.
    ///
    /// - Throws: ``OffloadError`` with `.busy` where there is no room in time; what `read` throws.
    func reading<Result: Sendable>(_ read: @Sendable () async throws -> Result) async throws -> Result
}

extension Offload {
    /// No.
    public var hasBoundedMemory: Bool { false }

    /// Reads at once.
    public func reading<Result: Sendable>(_ read: @Sendable () async throws -> Result) async throws -> Result {
        try await read()
    }

    /// Computes something: elsewhere if it is long, at once if not.
    @inlinable
    public func run<Result: Sendable>(
        if isLong: Bool, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        isLong ? try await run(work) : try work()
    }

    /// Computes the end of something: elsewhere if it is long, at once if not.
    @inlinable
    public func finish<Result: Sendable>(
        if isLong: Bool, _ work: @escaping @Sendable () -> Result
    ) async -> Result {
        isLong ? await finish(work) : work()
    }
}

/// Computes everything at once: for programs in which nobody else waits.
public struct InlineOffload: Offload {
    public init() {}

    /// Computes something at once.
    public func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try work()
    }

    /// Computes something at once.
    public func finish<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result { work() }

    /// Nothing: the value goes with its owner.
    public func release(_ value: any Sendable) {}
}

public struct OffloadError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// Too much waits to be computed; the same may be tried again.
        case busy
        /// It took longer than a computation may.
        case tookTooLong
    }

    public let code: Code

    public init(_ code: Code) { self.code = code }

    public var description: String {
        switch code {
        case .busy: "too many long computations wait in this worker"
        case .tookTooLong: "a computation took longer than is allowed"
        }
    }
}
