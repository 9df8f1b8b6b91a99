public import Dialogue

/// Keeps reminders until their time.
public protocol ReminderStore: Sendable {
    /// Keeps a reminder. One of the same name in the same conversation is replaced.
    ///
    /// - Throws: ``StoreError``.
    func schedule(_ reminder: ScheduledReminder) async throws

    /// Takes back the conversation's reminders that fit.
    ///
    /// - Throws: ``StoreError``.
    func cancel(_ cancellation: ReminderCancelled, of conversation: String) async throws

    /// Takes reminders whose time has come. Nobody else gets them for a while; then they count as not triggered, unless
    /// ``complete(_:)`` was called.
    ///
    /// - Throws: ``StoreError``.
    func claim() async throws -> ClaimedReminders

    /// Forgets a reminder that was triggered, unless it was scheduled anew.
    ///
    /// - Throws: ``StoreError``.
    func complete(_ reminder: ScheduledReminder) async throws

    /// Closes connections.
    func close() async
}

/// Reminders whose time has come, and when the next will be.
public struct ClaimedReminders: Sendable, Hashable {
    /// To be triggered now, earliest first.
    public let due: [ScheduledReminder]
    /// The time of the next, in seconds since 1970; nil where there is none.
    public let next: Double?
}
