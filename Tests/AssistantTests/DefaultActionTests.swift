import Foundation
import JSON
import Logging
import TestSupport
import Testing

@testable import Assistant
@testable import Dialogue

@Suite("Default actions do what Rasa's do")
struct DefaultActionTests {
    @Test("Slot filling, fallbacks, responses: the events of random conversations")
    func recorded() async throws {
        let json = try Fixtures.json("actions.json")
        let domain = try Domain(json: json["domain"] ?? .null)
        var logger = Logger(label: "parley.test")
        logger.logLevel = .critical
        let table = ActionTable(domain: domain, logger: logger)
        for (index, sample) in (json["samples"]?.array ?? []).enumerated() {
            let events = try Event.list(from: sample["events"]?.array ?? [])
            var tracker = Tracker(conversation: "s", slots: domain.slots)
            for event in events { tracker.update(event) }
            let context = ActionContext(
                tracker: tracker, domain: domain, document: DomainDocument(domain), channelName: "collector",
                responses: TemplateGenerator(responses: domain.responses), actions: table, server: nil)
            let name = sample["action"]?.string ?? ""
            let made = try? await table.action(named: name)?.run(context)
            guard let recorded = sample["made"]?.array else {
                #expect(made == nil, "sample \(index), \(name)")
                continue
            }
            let written: [JSON]? = made?.map { event in
                guard case .object(var members) = event.json else { return .null }
                members["timestamp"] = nil
                return .object(members)
            }
            let mismatch = JSON.array(written ?? []).mismatch(with: .array(recorded))
            #expect(mismatch == nil && made != nil, "sample \(index), \(name)")
        }
    }

    @Test("A two-stage fallback without a message goes back to the message of before the first")
    func fallbackOfNothing() async throws {
        let domain = try Domain(json: [:])
        let table = ActionTable(domain: domain, logger: Logger(label: "parley.test"))
        let context = ActionContext(
            tracker: Tracker(conversation: "s", slots: domain.slots), domain: domain, document: DomainDocument(domain),
            channelName: "collector", responses: TemplateGenerator(responses: domain.responses), actions: table,
            server: nil)
        let events = try await table.action(named: DefaultAction.twoStageFallback)?.run(context)
        #expect(events?.map(\.typeName) == ["active_loop", "active_loop", "rewind", "action", "user"])
        #expect(events?.last?.user?.parseData["intent"] == ["confidence": 1.0])
    }
}
