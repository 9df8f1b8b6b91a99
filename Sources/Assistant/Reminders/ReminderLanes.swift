import ExactText
import Stores
import Synchronization

/// The reminders that a worker has claimed and not triggered yet: those of one conversation wait for each other, so
/// that a busy one holds up no other.
final class ReminderLanes: Sendable {
    /// How many there may be. Others are left to their claim's end, and then to whoever has room.
    static let maxCount = 1024
    /// How many of one conversation, so that one alone does not take all the room.
    static let maxOfOne = 256

    /// What becomes of a claimed reminder.
    enum Place { case first, behind, none }

    private struct State {
        var lanes: [ExactString: [ScheduledReminder]] = [:]
        var count = 0
    }

    private let state = Mutex(State())

    var all: [ScheduledReminder] { state.withLock { $0.lanes.values.flatMap(\.self) } }

    /// Whether no other can be taken.
    var isFull: Bool { state.withLock { $0.count >= Self.maxCount } }

    /// Puts one behind those of its conversation.
    func add(_ reminder: ScheduledReminder) -> Place {
        state.withLock { state in
            var lane = state.lanes[reminder.conversation] ?? []
            guard state.count < Self.maxCount, lane.count < Self.maxOfOne, !lane.contains(reminder) else {
                return .none
            }
            lane.append(reminder)
            state.count += 1
            state.lanes[reminder.conversation] = lane
            return lane.count == 1 ? .first : .behind
        }
    }

    /// Takes the first of a conversation out.
    ///
    /// - Returns: The one behind it.
    func removeFirst(of conversation: String) -> ScheduledReminder? {
        state.withLock { state in
            guard var lane = state.lanes[conversation] else { return nil }
            lane.removeFirst()
            state.count -= 1
            state.lanes[conversation] = lane.isEmpty ? nil : lane
            return lane.first
        }
    }
}
