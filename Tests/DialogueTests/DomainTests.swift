import ExactText
import JSON
import OrderedCollections
import PythonSemantics
import TestSupport
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
        let cases = try Fixtures.json("domains.json").array ?? []
        #expect(!cases.isEmpty)
        for sample in cases {
            let domain = try Domain(json: sample["domain"] ?? .null)
            #expect(domain.json.text() == sample["document"]?.text())
            #expect(try Domain(json: domain.json).json.text() == domain.json.text(), "again")
        }
    }

    @Test("Names that Unicode calls equivalent are two")
    func codePoints() throws {
        let domain = try Domain(
            json: JSON(
                parsing: #"""
                    {"intents": ["i\u00e9", "ie\u0301"], "entities": ["n\u00e9", "ne\u0301"], "actions": ["a\u00e9", "ae\u0301"],
                     "slots": {"s\u00e9": {"type": "text", "mappings": []}, "se\u0301": {"type": "categorical", "mappings": [],
                     "values": ["V\u00c9", "Ve\u0301"]}}, "forms": {"f\u00e9": null}, "responses": {"utter_\u00e9": [{"text": "x"}]}}
                    """#))
        #expect(domain.intents.count == 7 && domain.entities.names.count == 2)
        #expect(domain.index(ofAction: "a\u{E9}") != domain.index(ofAction: "ae\u{301}"))
        #expect(domain.isKnownEntity("ne\u{301}") && domain.forms["fe\u{301}"] == nil)
        #expect(domain.responses["utter_e\u{301}"] == nil && domain.responses["utter_\u{E9}"] != nil)
        #expect(domain.intentNames.first.map { Array($0.utf8) } == Array("back".utf8))
        #expect(domain.intentNames.filter { $0.utf8.first == UInt8(ascii: "i") }.map(\.unicodeScalars.count) == [3, 2])
        var tracker = Tracker(conversation: "c", slots: domain.slots)
        tracker.update(Event(.slot(SlotSet("s\u{E9}", "one"))))
        tracker.update(Event(.slot(SlotSet("se\u{301}", "ve\u{301}"))))
        #expect(tracker.slot("s\u{E9}") == "one" && tracker.slots["se\u{301}"]?.features == [0, 1, 0])
        #expect(tracker.slots["s\u{E9}"]?.features == [1])
        tracker.update(Event(.slot(SlotSet("se\u{301}", "v\u{E9}"))))
        #expect(tracker.slots["se\u{301}"]?.features == [1, 0, 0])
    }

    @Test("Whole numbers beyond 64 bits keep their digits as texts and slots")
    func wholeNumbers() throws {
        let number = try JSON(parsing: "18446744073709551616")
        #expect(number.pythonText == "18446744073709551616" && number.isPythonTrue)
        #expect(try number.isPythonEqual(to: JSON(parsing: "18446744073709551616")))
        #expect(try !number.isPythonEqual(to: JSON(parsing: "18446744073709551617")))
        #expect(!JSON.int(9_007_199_254_740_993).isPythonEqual(to: 9_007_199_254_740_992))
        #expect(JSON.int(2).isPythonEqual(to: 2.0) && JSON.bool(true).isPythonEqual(to: 1))
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
