import JSON
import System
import TestSupport
import Testing
import Training

/// What Rasa 3.6.21 did with each option of the components that are trained here, for values of every type.
@Suite("Options have the values that Rasa takes")
struct OptionVerdictTests {
    private let recorded: JSON

    init() throws {
        recorded = try JSON(parsing: try File.read(Fixtures.path("options.json")))
    }

    @Test func whatRasaTrainsIsTrained() throws {
        let project = try #require(recorded["project"]?.string)
        let directory = try TemporaryDirectory()
        for verdict in try #require(recorded["verdicts"]?.array).compactMap(\.array) {
            let (component, option) = (try #require(verdict[0].string), try #require(verdict[1].string))
            let configuration = Self.configuration(component, [option: verdict[2]])
            var refusal: TrainingError?
            do {
                _ = try directory.train("\(configuration)\n\(project)")
            } catch let error as TrainingError {
                refusal = error
            }
            #expect(
                (refusal == nil) == verdict[3].bool,
                "\(component): \(option) is \(verdict[2].text()): \(refusal?.message ?? "trained")")
        }
    }

    /// A configuration in which the component has everything that it needs.
    private static func configuration(_ component: String, _ options: JSONObject) -> String {
        var entry: JSONObject = ["name": .string(component)]
        entry.merge(options) { _, new in new }
        let tokenizer: JSON = ["name": "WhitespaceTokenizer"]
        let keywords: JSON = ["name": "KeywordIntentClassifier"]
        var (pipeline, policies): ([JSON], [JSON]) = (
            [tokenizer, keywords], [["name": "MemoizationPolicy"], ["name": "RulePolicy"]]
        )
        switch component {
        case "WhitespaceTokenizer": pipeline = [.object(entry), ["name": "CountVectorsFeaturizer"], keywords]
        case "KeywordIntentClassifier": pipeline = [tokenizer, .object(entry)]
        case "MemoizationPolicy", "AugmentedMemoizationPolicy": policies[0] = .object(entry)
        case "RulePolicy": policies[1] = .object(entry)
        default: pipeline.append(.object(entry))
        }
        return "recipe: default.v1\nlanguage: en\npipeline: \(JSON.array(pipeline).text())\n"
            + "policies: \(JSON.array(policies).text())\n"
    }
}
