import JSON
import ModelArchive
import Testing

@testable import NLU
@testable import TextFeatures

@Suite("A component that cannot be run is refused by its name")
struct RefusedComponentTests {
    private func refusal(of uses: String) -> LoadError {
        Interpreter.refusal(of: GraphNode(name: "run_it", uses: uses))
    }

    @Test func unknownComponent() {
        let error = refusal(of: "own.Component")
        #expect(error.code == .unknownComponent)
        #expect(error.message.contains("own.Component"))
        #expect(error.message.contains("DIETClassifier, "))
    }

    @Test(arguments: [
        ("rasa.nlu.utils.spacy_utils.SpacyNLP", "spaCy"), ("rasa.nlu.x.MitieEntityExtractor", "MITIE"),
        ("rasa.nlu.x.LanguageModelFeaturizer", "transformers"), ("rasa.nlu.x.ConveRTFeaturizer", "ConveRT"),
        ("rasa.nlu.x.SklearnIntentClassifier", "LogisticRegressionClassifier"), ("rasa.nlu.x.JiebaTokenizer", "jieba"),
    ])
    func knownButNotSupported(_ uses: String, _ word: String) {
        let error = refusal(of: uses)
        #expect(error.code == .unsupportedComponent)
        #expect(error.message.contains(uses.split(separator: ".").last ?? "?"))
        #expect(error.message.contains(word))
        #expect(error.message.contains("instead"))
    }
}
