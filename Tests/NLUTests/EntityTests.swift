import ExactText
import JSON
import TestSupport
import Testing

@testable import NLU
@testable import TextFeatures

@Suite("Tags become entities as in Rasa")
struct EntityTests {
    private func sequence(_ tags: JSON?, _ confidences: JSON?) -> TagSequence? {
        guard let tags = tags?.array, let confidences = confidences?.array else { return nil }
        return TagSequence(
            tags: tags.compactMap(\.string).map { Tag($0) }, confidences: confidences.compactMap(\.double))
    }

    @Test func goldenRepairs() throws {
        for entry in try #require(try Fixtures.sharedJSON("bilou.json").array) {
            var tags = try #require(sequence(entry["tags"], entry["confidences"]))
            tags.repair()
            #expect(tags == sequence(entry["fixed"], entry["fixed_confidences"]))
        }
    }

    @Test func randomTags() throws {
        for (number, entry) in try #require(try Fixtures.json("entities.json").array).enumerated() {
            let text = MessageText(try #require(entry["text"]?.string))
            let tokens = try #require(entry["tokens"]?.array).compactMap(\.array).map { span in
                let scalars = (span[0].int ?? 0)..<(span[1].int ?? 0)
                let bytes =
                    text.byteOffset(ofScalar: scalars.lowerBound)..<text.byteOffset(ofScalar: scalars.upperBound)
                return Token(bytes: bytes, scalars: scalars, lemma: bytes)
            }
            var found: [String: TagSequence] = [:]
            for (kind, tags) in try #require(entry["tags"]?.object) {
                var tags = try #require(self.sequence(tags, entry["confidences"]?[kind]))
                if entry["bilou"]?.bool == true { tags.repair() }
                found[kind] = tags
            }
            var splits = try #require(entry["split"]?.object)
            let others = splits.removeValue(forKey: "split_entities_by_comma")?.bool ?? true
            let assembly = EntityAssembly(
                extractor: "test",
                splits: Dictionary(uniqueKeysWithValues: splits.map { ($0.key.exact, $0.value == true) }),
                splitsOthers: others)
            let entities = assembly.assemble(
                tokens, of: text, entities: found["entity"], roles: found["role"], groups: found["group"])
            let expected = try #require(entry["entities"]?.array).map { entity -> JSON in
                var object = entity.object ?? [:]
                object["extractor"] = "test"
                return .object(object)
            }
            #expect(isClose(.array(entities.map(\.json)), .array(expected), tolerance: 1e-12), "case \(number)")
        }
    }

    @Test(arguments: [(0.125, 0.12), (0.375, 0.38), (2.675, 2.67), (0.005, 0.01), (1, 1), (0.285, 0.28)])
    func roundingIsThatOfPython(_ value: Double, _ expected: Double) {
        #expect(PythonRounding.twoPlaces(value) == expected)
    }
}
