package import Dialogue

/// Keeps reminders until their time.
///
/// Whoever triggers a reminder claims it, and renews the claim until it is done; so reminders of a worker that ends are
/// another's after ``ReminderClaim/seconds``.
package protocol ReminderStore: Sendable {
    /// Keeps a reminder. One of the same name in the same conversation is replaced.
    ///
    /// - Throws: ``StoreError``.
    func schedule(_ reminder: ScheduledReminder) async throws

    /// Takes back the conversation's reminders that fit one of these.
    ///
    /// - Throws: ``StoreError``.
    func cancel(_ cancellations: [ReminderCancelled], of conversation: String) async throws

    /// Takes reminders whose time has come, a few at a time. Nobody else gets them for a moment; then they count as not
    /// triggered, unless ``complete(_:)`` was called.
    ///
    /// - Throws: ``StoreError``.
    func claim() async throws -> ClaimedReminders

    /// Lets claims last for another moment.
    ///
    /// - Throws: ``StoreError``.
    func renew(_ claimed: [ScheduledReminder]) async throws

    /// Forgets a reminder that was triggered, unless it was scheduled anew.
    ///
    /// - Throws: ``StoreError``.
    func complete(_ reminder: ScheduledReminder) async throws

    func close() async
}

package enum ReminderClaim {
    /// How long a claim lasts without renewal: as long as reminders of a worker that was killed come late.
    package static let seconds = 4
    /// How many are claimed at a time.
    package static let maxCount = 32
}

/// Reminders whose time has come, and when the next will be.
package struct ClaimedReminders: Sendable, Hashable {
    /// To be triggered now, earliest first.
    package let due: [ScheduledReminder]
    /// The time of the next, or of the end of a claim, in seconds since 1970; nil where there is none.
    package let next: Double?
    /// Whether there may be more that are due.
    package let hasMore: Bool
}
