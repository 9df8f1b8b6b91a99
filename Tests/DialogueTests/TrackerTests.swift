import JSON
import Testing

@testable import Dialogue

@Suite("Trackers keep the state that Rasa keeps")
struct TrackerTests {
    let recorded: RecordedTrackers

    init() throws {
        recorded = try RecordedTrackers()
    }

    @Test("Events are read and written as Rasa does")
    func eventsAsJSON() throws {
        for (index, conversation) in recorded.conversations.enumerated() {
            let events = try Event.list(from: conversation["events"]?.array ?? [])
            for (event, written) in zip(events, conversation["written"]?.array ?? []) {
                var event = event
                var written = written
                if case .reminder(let reminder) = event.body, reminder.name != "r" {
                    Issue.record("the reminder's name is lost")
                }
                event.timestamp = written["timestamp"]?.double ?? 0
                if case .object(let members) = written { written = .object(members) }
                #expect(event.json.difference(from: written) == nil, "conversation \(index)")
                #expect(try Event(json: event.json).json == event.json, "conversation \(index)")
            }
        }
    }

    @Test("The state after each conversation is Rasa's")
    func state() throws {
        for (index, conversation) in recorded.conversations.enumerated() {
            let tracker = try recorded.tracker(conversation)
            guard case .object(var state) = tracker.currentState(verbosity: .all) else { continue }
            state["events"] = nil
            let difference = JSON.object(state).difference(from: conversation["state"] ?? .null)
            #expect(difference == nil, "conversation \(index)")
        }
    }

    @Test("What was taken back, and repeated runs of a loop, are left out")
    func appliedEvents() throws {
        for (index, conversation) in recorded.conversations.enumerated() {
            let tracker = try recorded.tracker(conversation)
            let times = tracker.appliedEvents().map { JSON.double($0.timestamp) }
            #expect(JSON.array(times).difference(from: conversation["applied"] ?? .null) == nil, "\(index)")
            #expect(tracker.hasAppliedEvents == !times.isEmpty, "\(index)")
            #expect(tracker.events(.afterRestart)?.count == conversation["after_restart"]?.int, "\(index)")
            let lastMessage = tracker.appliedEvents().last { $0.user != nil }
            #expect(tracker.lastAppliedEvent { $0.user != nil } == lastMessage, "\(index)")
        }
    }

    @Test("A stored conversation loads to the state of the events that make it up, as Rasa's stores do")
    func loading() throws {
        for (index, conversation) in recorded.conversations.enumerated() {
            let tracker = try recorded.tracker(conversation)
            let loaded = Tracker(conversation: "s", slots: recorded.domain.slots, events: tracker.events)
            var replayed = Tracker(conversation: "s", slots: recorded.domain.slots)
            for event in tracker.appliedEvents() { replayed.update(event) }
            let differs = ["events", "latest_event_time", "latest_input_channel"]
            func state(_ tracker: Tracker) -> JSONObject {
                (tracker.currentState().object ?? [:]).filter { !differs.contains($0.key) }
            }
            #expect(state(loaded) == state(replayed), "conversation \(index)")
        }
    }

    @Test("After a turn a tracker is as if it had been loaded: messages to a loop that only ran again are gone")
    func settling() throws {
        for (index, conversation) in recorded.conversations.enumerated() {
            var tracker = Tracker(conversation: "s", slots: recorded.domain.slots)
            for event in try recorded.tracker(conversation).events {
                tracker.update(event)
                guard tracker.latestAction == .name(DefaultAction.listen) else { continue }
                var trimmed = tracker
                trimmed.trim()
                let loaded = Tracker(conversation: "s", slots: recorded.domain.slots, events: tracker.events)
                #expect(trimmed.latestMessage == loaded.latestMessage, "conversation \(index)")
                #expect(trimmed.activeLoop == loaded.activeLoop, "conversation \(index)")
            }
        }
    }

    @Test("Going back in time gives the state of then")
    func travellingBack() throws {
        for (index, conversation) in recorded.conversations.enumerated() {
            let earlier = try recorded.tracker(conversation).travelBack(to: 13)
            let difference = earlier.currentState().difference(from: conversation["back"] ?? .null)
            #expect(difference == nil, "conversation \(index)")
        }
    }

    @Test("Slots show policies what Rasa's do")
    func slotFeatures() throws {
        for (index, conversation) in recorded.conversations.enumerated() {
            for (name, slot) in try recorded.tracker(conversation).slots {
                // Rasa refuses to feature a slot of type any only when it is told that it influences.
                let expected = conversation["features"]?[name]?.array?.compactMap(\.double)
                #expect(slot.features == expected, "conversation \(index), slot \(name), value \(slot.value)")
            }
        }
    }

    @Test("The last message is seen by text or by intent as the events say")
    func featurization() throws {
        for (index, conversation) in recorded.conversations.enumerated() {
            let message = try recorded.tracker(conversation).latestMessage
            let state = conversation["sub_state"]
            let useText = message.useTextForFeaturization
            let seesText = !(message.text ?? "").isEmpty && useText != false
            let seesIntent = !(message.intentName ?? "").isEmpty && useText != true
            #expect(seesText == (state?["text"] != nil), "conversation \(index)")
            #expect(seesIntent == (state?["intent"] != nil), "conversation \(index)")
        }
    }

    @Test("A follow-up action that was taken is back in a replica")
    func followup() {
        var tracker = Tracker(conversation: "s", slots: [])
        #expect(tracker.takeFollowupAction() == DefaultAction.listen)
        #expect(tracker.followupAction == nil)
        #expect(tracker.copy().followupAction == DefaultAction.listen)
        tracker.update(Event(.followup(name: "utter_a")))
        #expect(tracker.followupAction == "utter_a")
    }

    @Test("Events are marked with the model, but never twice")
    func marks() throws {
        var tracker = Tracker(conversation: "s", slots: [])
        tracker.modelID = "m"
        tracker.assistantID = "a"
        tracker.update(Event(.restart, metadata: ["model_id": "older"]))
        #expect(tracker.events[0].metadata == ["model_id": "older", "assistant_id": "a"])
    }

    @Test("A long conversation keeps only its last events where a limit is set")
    func limit() {
        var tracker = Tracker(conversation: "s", slots: [], maxEventHistory: 3)
        for _ in 0..<5 { tracker.update(Event(.pause)) }
        #expect(tracker.events.count == 3)
    }
}
