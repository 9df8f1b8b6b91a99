public import Synchronization

/// Memory that computations use again, each by itself: a worker's loop and its helper may compute the same at a time.
public final class ReusePool<Item>: @unchecked Sendable {
    // @unchecked: an item is in the pool, or in the hands of one computation.

    @usableFromInline let make: () -> Item
    @usableFromInline let idle: Mutex<Idle>

    @usableFromInline
    struct Idle: @unchecked Sendable {
        // @unchecked: under the lock alone; what is here nobody else holds.
        @usableFromInline var items: [Item] = []
    }

    /// Items beyond these are let go after their use: there are more only while computations interrupt each other.
    @usableFromInline static var maxIdle: Int { 2 }

    public init(_ make: @escaping () -> Item) {
        self.make = make
        idle = Mutex(Idle())
    }

    /// Does something with an item that nobody else has. Part of whoever uses it: as a generic of another module it
    /// takes its items by tables.
    @inlinable
    public func use<Result, Failure: Error>(_ body: (Item) throws(Failure) -> Result) throws(Failure) -> Result {
        let item = idle.withLock { $0.items.popLast() } ?? make()
        defer {
            idle.withLock { idle in
                if idle.items.count < Self.maxIdle { idle.items.append(item) }
            }
        }
        return try body(item)
    }
}
