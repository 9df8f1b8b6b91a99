import Dialogue
import Policies
import Stores

/// A conversation between two turns: the tracker of its last session, what the policies remember, and where the store
/// stood.
struct WarmConversation: Sendable {
    let assistant: Assistant
    var tracker: Tracker
    let memory: PolicyCache?
    var position: Revision
    private let beginning: SessionBeginning
    /// Whether the store holds sessions before the tracker's.
    var hasEarlierSessions: Bool
    /// About how many bytes of memory the events take; each counts for something.
    private(set) var weight: Int

    init(_ stored: StoredConversation?, _ id: String, from beginning: SessionBeginning, _ assistant: Assistant) {
        self.init(
            stored?.events ?? [], id, from: beginning, assistant, stored?.position ?? .start,
            hasEarlierSessions: false)
    }

    private init(
        _ events: [Event], _ id: String, from beginning: SessionBeginning, _ assistant: Assistant,
        _ position: Revision, hasEarlierSessions: Bool
    ) {
        let session = Tracker.lastSession(of: events, from: beginning)
        self.beginning = beginning
        self.assistant = assistant
        tracker = assistant.tracker(conversation: id, events: session)
        memory = assistant.newMemory()
        memory?.prepare(for: tracker)
        self.position = position
        self.hasEarlierSessions = hasEarlierSessions || session.count < events.count
        weight = session.weight
    }

    /// With events that another worker has stored since.
    func adding(_ events: [Event], _ position: Revision) -> WarmConversation {
        var later = self
        later.tracker = tracker.copy()
        let known = tracker.events.count
        later.tracker.update(contentsOf: events)
        later.position = position
        return later.trimmed(newFrom: known)
    }

    /// Whether it takes more than a look at so many events to make it ready for the next turn.
    func trimsLong(newFrom known: Int, than few: Int) -> Bool {
        tracker.events.count - known > few || tracker.events.count > few && beginsAnew(from: known)
    }

    private func beginsAnew(from known: Int) -> Bool {
        tracker.events[known...].contains { beginning.isAt($0) || $0.body == .restart }
    }

    /// As the next turn must find it: cut to the last session, with nothing that only this turn knew.
    ///
    /// - Parameter known: How many events the tracker had before.
    func trimmed(newFrom known: Int) -> WarmConversation {
        guard !beginsAnew(from: known) else {
            return WarmConversation(
                tracker.events, tracker.senderID, from: beginning, assistant, position,
                hasEarlierSessions: hasEarlierSessions)
        }
        var trimmed = self
        trimmed.weight += tracker.events[known...].weight
        trimmed.memory?.prepare(for: tracker)
        trimmed.tracker = tracker.copy()
        trimmed.tracker.trim()
        trimmed.tracker.modelID = assistant.modelID
        trimmed.tracker.assistantID = assistant.assistantID
        return trimmed
    }
}
