import ExactText
import JSON
import Logging
import OrderedCollections
import TestSupport
import Testing

@testable import Assistant
@testable import Dialogue

@Suite("Slots are filled by the mappings that an index names as by all of them")
struct SlotMappingIndexTests {
    @Test("in random domains, for random messages in and outside of forms", arguments: 0..<60)
    func random(seed: Int) async throws {
        var random = SeededRandom(seed: UInt64(seed))
        let domain = try Domain(json: Self.domain(&random))
        let table = ActionTable(domain: domain, logger: Logger(label: "parley.test") { _ in SwiftLogNoOpLogHandler() })
        for _ in 0..<40 {
            var tracker = Tracker(conversation: "c", slots: domain.slotDefinitions)
            if random.happens(0.6) {
                tracker.update(Event(.activeLoop(name: ["form_a", "form_b"].randomElement(using: &random))))
                let requested = ["s0", "s1", "s2"].randomElement(using: &random) ?? ""
                tracker.update(Event(.slot(SlotSet(DefaultSlot.requestedSlot, .string(requested)))))
            }
            let entities = ["city", "name"].filter { _ in random.happens(0.5) }
                .map { JSON.object(["entity": .string($0), "value": .string("v-\($0)")]) }
            let intent = ["greet", "tell", "other"].randomElement(using: &random) ?? ""
            tracker.update(
                Event(
                    .user(
                        UserUttered(
                            text: "t", parseData: ["intent": ["name": .string(intent)], "entities": .array(entities)])))
            )
            let context = ActionContext(
                tracker: tracker, domain: domain, document: DomainDocument(domain), channelName: "collector",
                responses: TemplateGenerator(responses: [:]), actions: table, server: nil)
            let made = try await table.action(named: DefaultAction.extractSlots)?.run(context).compactMap(\.slot)
            #expect(made == Self.filled(domain, tracker))
        }
    }

    /// Every mapping of every slot, tried in order.
    private static func filled(_ domain: Domain, _ tracker: Tracker) -> [SlotSet] {
        let message = tracker.latestMessage
        let loop = tracker.activeLoop?.name
        let requested = tracker.slot(DefaultSlot.requestedSlot).string
        return domain.slots.filter { !DefaultSlot.names.contains($0.name) }.compactMap { slot in
            for mapping in slot.mappings {
                if mapping.kind == .fromEntity, !domain.isKnownEntity(mapping.entity ?? "") { continue }
                if mapping.kind == .fromIntent, mapping.intents.contains(where: { !domain.isKnownIntent($0) }) {
                    continue
                }
                let intent = message.intentName ?? ""
                guard
                    mapping.intents.contains(intent) || mapping.intents.isEmpty && !mapping.notIntents.contains(intent)
                else { continue }
                if mapping.kind == .fromTriggerIntent {
                    let loops = mapping.conditions.map(\.activeLoop)
                    guard loop != nil, loops.isEmpty || loops.contains(loop) else { continue }
                } else if !mapping.conditions.isEmpty {
                    let holds = mapping.conditions.contains {
                        guard let wanted = $0.activeLoop else { return loop == nil }
                        return wanted == loop && ($0.requestedSlot == nil || $0.requestedSlot == requested)
                    }
                    guard holds else { continue }
                }
                if mapping.kind == .fromEntity, let loop, requested != slot.name,
                    let required = domain.forms[loop]?.requiredSlots, required.contains(slot.name)
                {
                    let same = domain.slots.filter { required.contains($0.name) }.flatMap(\.mappings)
                        .count { $0.kind == .fromEntity && $0.json == mapping.json }
                    guard same == 1 else { continue }
                }
                switch mapping.kind {
                case .fromEntity:
                    guard let value = message.entityValues(mapping.entity).last else { continue }
                    return SlotSet(slot.name, value)
                case .fromText: return SlotSet(slot.name, .text(message.text))
                case .custom: continue
                case .fromIntent, .fromTriggerIntent: return SlotSet(slot.name, mapping.value)
                }
            }
            return nil
        }
    }

    private static func domain(_ random: inout SeededRandom) -> JSON {
        var slots: JSONObject = [:]
        for number in 0..<8 {
            var mappings: [JSON] = []
            for _ in 0..<Int.random(in: 0...3, using: &random) { mappings.append(mapping(&random)) }
            slots["s\(number)"] = ["type": "text", "mappings": .array(mappings)]
        }
        return [
            "intents": ["greet", "tell", "other"], "entities": ["city", "name"], "slots": .object(slots),
            "forms": [
                "form_a": ["required_slots": ["s0", "s1", "s2"]], "form_b": ["required_slots": ["s2", "s3"]],
            ],
        ]
    }

    private static func mapping(_ random: inout SeededRandom) -> JSON {
        let type =
            ["from_entity", "from_intent", "from_trigger_intent", "from_text", "custom"].randomElement(using: &random)
            ?? ""
        var mapping: JSONObject = ["type": .string(type)]
        if type == "from_entity" {
            mapping["entity"] = ["city", "name", "unknown"].randomElement(using: &random)
        } else if type.hasSuffix("intent") {
            mapping["value"] = .int(Int.random(in: 0..<9, using: &random))
        }
        if random.happens(0.4) { mapping["intent"] = random.happens(0.8) ? "tell" : ["greet", "unknown"] }
        if random.happens(0.3) { mapping["not_intent"] = "greet" }
        if random.happens(0.6) {
            var conditions: [JSON] = []
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                var condition: JSONObject = [
                    "active_loop": ["form_a", "form_b", .null].randomElement(using: &random) ?? .null
                ]
                if condition["active_loop"] != .null, random.happens(0.5) { condition["requested_slot"] = "s1" }
                conditions.append(.object(condition))
            }
            mapping["conditions"] = .array(conditions)
        }
        return .object(mapping)
    }
}
