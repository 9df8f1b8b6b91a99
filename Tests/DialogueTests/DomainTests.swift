import JSON
import Testing

@testable import Dialogue

@Suite("Domains are read as Rasa reads them")
struct DomainTests {
    @Test("Actions, intents, entities and slots come in Rasa's order")
    func order() throws {
        let recorded = try RecordedTrackers()
        let domain = recorded.domain
        #expect(domain.actionNames == recorded.json["actions"]?.array?.compactMap(\.string))
        #expect(domain.intentNames == recorded.json["intents"]?.array?.compactMap(\.string))
        #expect(domain.slots.map(\.name) == recorded.json["slots"]?.array?.compactMap(\.string))
        for (name, used) in recorded.json["used_entities"]?.object ?? [:] {
            #expect(domain.intents[name]?.usedEntities == Set(used.array?.compactMap(\.string) ?? []), "\(name)")
        }
        #expect(domain.index(ofAction: "utter_z") == 19)
        #expect(domain.actionsThatNeedDomain == ["action_d", "validate_some_form"])
        #expect(domain.session.expirationMinutes == 5)
        #expect(!domain.session.carryOverSlots)
    }

    @Test("The document is Rasa's, member by member in the same order")
    func document() throws {
        let cases = try JSON(parsing: RecordedTrackers.fixture("domains.json")).array ?? []
        #expect(!cases.isEmpty)
        for sample in cases {
            let domain = try Domain(json: sample["domain"] ?? .null)
            #expect(domain.json.text() == sample["document"]?.text())
            #expect(try Domain(json: domain.json).json.text() == domain.json.text(), "again")
        }
    }

    @Test("A slot type written in Python is refused by name")
    func pythonSlot() {
        let error = #expect(throws: DomainError.self) {
            try Domain(json: ["slots": ["age": ["type": "my.slots.Age", "mappings": []]]])
        }
        #expect(error?.message.contains("my.slots.Age") == true)
    }

    @Test("Values become text as in Python")
    func pythonText() throws {
        for sample in try RecordedTrackers().json["texts"]?.array ?? [] {
            let parts = sample.array ?? []
            #expect(parts[0].pythonText == parts[1].string)
            #expect(parts[0].pythonRepresentation == parts[2].string)
        }
    }

    @Test(
        "What cannot be used is refused with its place",
        arguments: [
            (#"{"slots": {"s": {"type": "colour", "mappings": []}}}"#, #"slot "s""#),
            (#"{"slots": {"s": {"type": "float", "min_value": 2}}}"#, "min_value"),
            (#"{"slots": {"s": {"type": "any", "influence_conversation": true}}}"#, "any"),
            (#"{"slots": {"s": {"type": "text", "mappings": [{"type": "from_air"}]}}}"#, "from_air"),
            (#"{"slots": {"s": {"type": "text", "mappings": [{"type": "from_entity"}]}}}"#, "entity"),
            (#"{"intents": ["a", "a"]}"#, "twice"),
            (#"{"responses": {"utter_a": "text"}}"#, "utter_a"),
            (#"[]"#, "object"),
        ])
    func refusals(text: String, part: String) throws {
        let json = try JSON(parsing: text)
        let error = #expect(throws: DomainError.self) { try Domain(json: json) }
        #expect(error?.description.contains(part) == true)
    }
}
