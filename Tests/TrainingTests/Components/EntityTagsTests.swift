import JSON
import ModelArchive
import TestSupport
import Testing
import TextFeatures

@testable import Training

@Suite("Words get the tags of the entities that they belong to")
struct EntityTagsTests {
    private func tags(
        _ text: String, _ entities: [Example.Annotation], _ kind: EntityTags.Kind = .entity, usesBILOU: Bool = true
    ) throws -> [String] {
        let featurizer = try TextFeaturizer(
            training: [.init(name: "run_WhitespaceTokenizer0", uses: "WhitespaceTokenizer")], files: FilesInMemory())
        let example = Example(text: text, intent: "a", entities: entities)
        return EntityTags(usesBILOU: usesBILOU).tags(kind, of: example, featurizer.process(text, as: .text).tokens)
    }

    private func entity(_ start: Int, _ end: Int, _ name: String, role: String? = nil) -> Example.Annotation {
        Example.Annotation(start: start, end: end, value: "x", entity: name, role: role)
    }

    @Test func placesInEntities() throws {
        let found = try tags(
            "from New York City to Rome via Den Haag",
            [entity(5, 18, "city"), entity(22, 26, "city", role: "end"), entity(31, 39, "stop")])
        #expect(found == ["O", "B-city", "I-city", "L-city", "O", "U-city", "O", "B-stop", "L-stop"])
    }

    @Test func rolesAreTaggedByThemselves() throws {
        let entities = [entity(0, 4, "city"), entity(5, 9, "city", role: "end")]
        #expect(try tags("Rome Oslo", entities, .role) == ["O", "U-end"])
        #expect(try tags("Rome Oslo", entities, .group) == ["O", "O"])
    }

    @Test func whatDoesNotBeginAndEndWithWordsIsPassedOver() throws {
        #expect(try tags("to Rome now", [entity(3, 6, "city")]) == ["O", "O", "O"])
        #expect(try tags("to Rome now", [entity(3, 6, "city")], usesBILOU: false) == ["O", "city", "O"])
    }

    @Test func ofEntitiesAtOnePlaceTheLaterCountsOrTheLarger() throws {
        let entities = [entity(0, 9, "trip"), entity(5, 9, "city")]
        #expect(try tags("Rome Oslo", entities) == ["B-trip", "U-city"])
        #expect(try tags("Rome Oslo", entities, usesBILOU: false) == ["trip", "trip"])
    }

    @Test func misplacedOnesAreWarnedOf() throws {
        let featurizer = try TextFeaturizer(
            training: [.init(name: "run_WhitespaceTokenizer0", uses: "WhitespaceTokenizer")], files: FilesInMemory())
        let example = Example(text: "to Rome now", intent: "a", entities: [entity(3, 6, "city")])
        let tokens = featurizer.process(example.text, as: .text).tokens
        let warning = try #require(EntityTags.warning(of: example, tokens))
        #expect(warning.message.contains("'Rom'"))
    }
}
