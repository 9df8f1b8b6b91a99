import Foundation
import JSON
import System
import TestSupport
import Testing
import Training

@testable import Evaluation

@Suite("The results of tests as files")
struct ReportTests {
    private let directory: TemporaryDirectory
    private let evaluator: Evaluator

    init() throws {
        directory = try TemporaryDirectory()
        evaluator = try Evaluator(try directory.open(Fixtures.archive("desklite")))
    }

    private func files(_ files: [ReportFile]) -> [String: [UInt8]] {
        Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.bytes) })
    }

    @Test("stories that fail are written with what the model would have done")
    func stories() throws {
        let text = """
            stories:
            - story: right
              steps:
              - user: hello
                intent: greet
              - action: utter_greet
            - story: wrong
              steps:
              - user: hello
                intent: greet
              - action: utter_goodbye
            """
        let document = try Trainer.document(Array(text.utf8), file: "test_stories.yml", .process)
        let evaluation = try evaluator.stories(of: [document], isEndToEnd: true)
        var selection = ReportSelection()
        selection.successes = true
        let files = files(evaluation.files(selection))
        let failed = String(decoding: try #require(files["failed_test_stories.yml"]), as: UTF8.self)
        #expect(failed.contains("- action: utter_goodbye  # predicted: utter_greet\n"))
        #expect(!failed.contains("story: right"))
        let passed = String(decoding: try #require(files["successful_test_stories.yml"]), as: UTF8.self)
        #expect(passed.contains("story: right"))
        let report = try JSON(parsing: try #require(files["story_report.json"]))
        #expect(report["conversation_accuracy"]?["correct"] == 1)
        #expect(report["conversation_accuracy"]?["total"] == 2)
        #expect(files["story_confusion_matrix.png"]?.starts(with: [0x89, 0x50, 0x4E, 0x47]) == true)
        #expect(files["stories_with_warnings.yml"].map { String(decoding: $0, as: UTF8.self) }?.hasPrefix("#") == true)
    }

    @Test("examples give a report, errors and plots; without plots there are none")
    func examples() throws {
        let text = "nlu:\n- intent: greet\n  examples: |\n    - hello\n- intent: goodbye\n  examples: |\n    - hello\n"
        let document = try Trainer.document(Array(text.utf8), file: "nlu.yml", .process)
        let data = try UnderstandingReader.read([.document(document)]).data
        let evaluation = try evaluator.understanding(of: Array(data.completeExamples))
        var selection = ReportSelection()
        let all = files(evaluation.files(selection))
        #expect(all["intent_histogram.png"] != nil)
        let errors = try JSON(parsing: try #require(all["intent_errors.json"]))
        #expect(errors.array?.count == 1)
        #expect(errors.array?.first?["intent_prediction"]?["name"] == "greet")
        selection.plots = false
        selection.errors = false
        #expect(files(evaluation.files(selection)).keys.sorted() == ["intent_report.json"])
    }
}
