import Dialogue

struct ActionContext: Sendable {
    /// The conversation; changes to it are lost.
    var tracker: Tracker
    let domain: Domain
    /// The same for action servers.
    let document: DomainDocument
    /// The name by which responses pick their variations for a channel.
    let channelName: String
    let responses: any ResponseGenerator
    let actions: ActionTable
    /// Runs the author's own actions; nil where there is none.
    let server: (any ActionServer)?

    /// Runs another action in the same context; an unknown one does nothing.
    func run(_ action: String) async throws -> [Event] {
        try await actions.action(named: action)?.run(self) ?? []
    }

    /// The conversation with events that may never happen. As in Rasa, it has no memory of the time before a restart.
    func trial(adding events: [Event]) -> Tracker {
        guard tracker.events.contains(where: { $0.body == .restart }) else {
            return tracker.copy(applying: events)
        }
        var trial = Tracker(conversation: tracker.senderID, slots: domain.slotDefinitions)
        for event in tracker.eventsAfterRestart + events { trial.update(event) }
        return trial
    }
}
