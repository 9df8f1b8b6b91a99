/// Where a long computation lets others go first, or is told to stop.
///
/// Code that may run on a ``HelperThread`` for more than some milliseconds passes a checkpoint every few of them.
/// Elsewhere a checkpoint does nothing. It is found through a task-local value, so that layers and tables need not
/// be handed one.
public enum Checkpoint {
    @TaskLocal static var current: HelperJob?

    /// Lets others go first whose turn it is.
    public static func yield() { current?.yield() }

    /// Lets others go first, and stops the computation if it is to end.
    ///
    /// - Throws: ``OffloadError`` with `.tookTooLong` where its time is over; `CancellationError` where nobody waits
    ///   for it any more.
    public static func pass() throws {
        guard let current else { return }
        current.yield()
        try current.check()
    }
}
