import JSON
import ModelArchive
import TestSupport
import Testing

@testable import ConditionalRandomField
@testable import NLU
@testable import TextFeatures

@Suite("Conditional random fields and logistic regressions are those of Rasa")
struct CRFEntityExtractorTests {
    /// Four extractors: with the settings of Rasa, without BILOU and with all kinds of features, and two that are
    /// trained without the absolute values of weights; then a logistic regression.
    private func model() throws -> PreparedModel { try Fixtures.ownModel("crf.tar.gz", fittings: [CRFTraining()]) }

    @Test func resultsAsRecordedFromRasa() throws {
        let interpreter = try Fixtures.interpreter(model())
        for recorded in try #require(try Fixtures.json("crf-parses.json")["parses"]?.array) {
            let text = try #require(recorded["asked"]?.string)
            let result = try interpreter.parse(text).json()
            #expect(isClose(result, recorded["result"] ?? .null, tolerance: 1e-6), "'\(text)'")
        }
    }

    @Test func trainingReachesTheValuesOfCRFsuite() throws {
        let model = try model()
        let nodes = model.metadata.understandingPipeline.filter { $0.component == CRFEntityExtractor.name }
        #expect(nodes.count == 4)
        var reached: [Double] = []
        for node in nodes {
            let resource = try #require(node.resource)
            let levels = try #require(try model.json(resource, CRFTraining.fittedFile)?.array)
            reached += levels.compactMap { $0["objective"]?.double }
        }
        let expected = try #require(try Fixtures.json("crf-parses.json")["objectives"]?.array?.compactMap(\.double))
        #expect(reached.count == expected.count)
        for (reached, expected) in zip(reached, expected) {
            // CRFsuite writes six places.
            #expect(abs(reached - expected) <= 1e-6 + 1e-9 * expected)
        }
    }

    @Test func whatIsTrainedLateIsTheSame() throws {
        let text = "book a flight from Berlin to New York for 3 adults"
        let early = try Fixtures.interpreter(model()).parse(text)
        let late = try Fixtures.interpreter(Fixtures.ownModel("crf.tar.gz")).parse(text)
        #expect(early == late)
        #expect(!early.entities.isEmpty)
    }

    @Test func nothingToLearnFrom() throws {
        let settings = ComponentOptions(node: "n", values: [:])
        let fitted = try CRFTraining.fit(sentences: [], order: ["entity"], settings)
        let field = try #require(fitted.array?.first.flatMap { RandomField($0) })
        #expect(
            field.marginals(of: [FieldToken(Array("a".utf8), in: 0..<1)], FieldWindow([[.low]], includesEntity: false))
                .isEmpty)
    }

    @Test func brokenFilesAreRefused() {
        #expect(StoredZip([]) == nil)
        #expect(StoredZip(Array(repeating: 0, count: 100)) == nil)
        #expect(StoredZip([0x50, 0x4B, 5, 6] + Array(repeating: 0xFF, count: 18)) == nil)
        #expect(NumPyArray([]) == nil)
        let header = Array("\u{1}NUMPY".utf8)
        #expect(NumPyArray([0x93] + header[1...] + [1, 0, 0xFF, 0xFF, 0, 0, 0, 0]) == nil)
    }
}
