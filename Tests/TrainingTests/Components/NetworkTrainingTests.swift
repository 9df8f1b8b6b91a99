import ExactText
import JSON
import ModelArchive
import NLU
import Networks
import Synchronization
import System
import TestSupport
import Testing
import TextFeatures
import YAML

@testable import Training

/// A small assistant that is trained in a moment.
@Suite("Networks of texts are trained into archives that are understood")
struct NetworkTrainingTests {
    private static let head = "language: en\npolicies: []\nintents: [greet, leave, order, faq]\n"
    private static let data = """
        nlu:
        - intent: greet
          examples: |
            - hello there
            - good morning
            - hi
        - intent: leave
          examples: |
            - see you
            - good bye
        - intent: order
          examples: |
            - a [tea](drink) please
            - one [coffee](drink)
            - two [green tea](drink) for us
        - intent: faq/price
          examples: |
            - what does it cost
            - is it expensive
        - intent: faq/place
          examples: |
            - where are you
            - how do I find you
        responses:
          utter_faq/price:
          - text: Two euro.
          utter_faq/place:
          - text: Near the station.

        """
    private static let small = """
          random_seed: 3
          learning_rate: 0.02
          dense_dimension: {text: 16, label: 8}
          concat_dimension: {text: 16, label: 8}
        """
    private static let pipeline = """
        pipeline:
        - name: WhitespaceTokenizer
        - name: CountVectorsFeaturizer
        - name: DIETClassifier
          epochs: 60
          transformer_size: 16
          number_of_attention_heads: 2
          number_of_transformer_layers: 1
          connection_density: 0.6
        \(small)
        - name: ResponseSelector
          retrieval_intent: faq
          epochs: 40
          hidden_layers_sizes: {text: [16], label: [16]}
        \(small)

        """

    private func interpreter(_ text: String, in directory: TemporaryDirectory) throws -> Interpreter {
        let model = try directory.open(try directory.train(text).path)
        return try Interpreter(model: model, domainIntents: [], domainEntities: [])
    }

    @Test func anAssistantIsTrained() throws {
        let directory = try TemporaryDirectory()
        let interpreter = try interpreter(Self.head + Self.pipeline + Self.data, in: directory)
        #expect(try interpreter.parse("good morning").intent.name == "greet")
        let order = try interpreter.parse("a tea please")
        #expect(order.intent.name == "order")
        #expect(order.entities.map(\.entity) == ["drink"])
        let question = try interpreter.parse("what does it cost").json()
        #expect(question["intent"]?["name"] == "faq")
        let response = question["response_selector"]?["faq"]?["response"]
        #expect(response?["intent_response_key"] == "faq/price")
        #expect(response?["responses"]?.array?.first?["text"] == "Two euro.")
        #expect(question["response_selector"]?["all_retrieval_intents"] == ["faq"])
    }

    @Test func theSameSeedGivesTheSameFiles() throws {
        let directory = try TemporaryDirectory()
        let text = (Self.head + Self.pipeline + Self.data).replacing("epochs: 60", with: "epochs: 3").replacing(
            "epochs: 40", with: "epochs: 3")
        let models = try (0..<2).map { _ in try directory.open(try directory.train(text).path) }
        for node in ["train_DIETClassifier2", "train_ResponseSelector3"] {
            let shapes = models.map { $0.weightShapes(node, String(node.dropFirst(6).dropLast())).map(\.name) }
            #expect(shapes[0] == shapes[1] && !shapes[0].isEmpty)
            for stem in ["data_example.st", "label_data.st", "index_label_id_mapping.json"] {
                let file = "\(node.dropFirst(6).dropLast()).\(stem)"
                #expect(models[0].bytes(node, file) == models[1].bytes(node, file))
                #expect(models[0].bytes(node, file) != nil)
            }
        }
        let archives = try ["first", "second"].map { name in
            try SavedModel(archive: try directory.train(text, fixedName: name).path, besides: directory.path + "/read")
        }
        for node in ["train_DIETClassifier2", "train_ResponseSelector3"] {
            let stem = String(node.dropFirst(6).dropLast())
            let values = try archives.map { try $0.network(node, stem)?.variables.map(\.values) }
            #expect(values[0] == values[1] && values[0] != nil)
        }
        let texts = ["good morning", "one coffee", "where are you"]
        let parses = try models.map { model in
            let interpreter = try Interpreter(model: model, domainIntents: [], domainEntities: [])
            return try texts.map { try interpreter.parse($0).json() }
        }
        #expect(parses[0] == parses[1])
    }

    @Test(arguments: ["use_text_as_label: true", "use_text_as_label: true\n  number_of_transformer_layers: 1"])
    func responsesAreToldByTheirTexts(_ option: String) throws {
        let directory = try TemporaryDirectory()
        let text = Self.head + Self.pipeline.replacing("retrieval_intent: faq", with: option) + Self.data
        let interpreter = try interpreter(text, in: directory)
        let question = try interpreter.parse("what does it cost").json()
        let response = question["response_selector"]?["default"]?["response"]
        #expect(response?["intent_response_key"] == "faq/price")
    }

    @Test func everyEpochIsReported() throws {
        let directory = try TemporaryDirectory()
        let seen = Mutex<[String]>([])
        var request = TrainingRequest(data: [], output: directory.path)
        request.fixedName = "model"
        let text = (Self.head + Self.pipeline + Self.data).replacing("epochs: 60", with: "epochs: 2")
            .replacing("epochs: 40", with: "epochs: 1")
        _ = try Trainer(
            request,
            progress: { progress in
                guard case .epoch(let name, _, let epoch) = progress else { return }
                seen.withLock { $0.append("\(name) \(epoch.epoch)/\(epoch.epochs) \(epoch.figures.map(\.name))") }
            }
        ).train(Array(text.utf8), file: "body.yml")
        #expect(
            seen.withLock { $0 } == [
                #"DIETClassifier 1/2 ["t_loss", "i_acc", "e_f1"]"#, #"DIETClassifier 2/2 ["t_loss", "i_acc", "e_f1"]"#,
                #"ResponseSelector (faq) 1/1 ["t_loss", "r_acc"]"#,
            ])
    }

    @Test func networksOfOneNameAreToldApart() throws {
        let directory = try TemporaryDirectory()
        let seen = Mutex<Set<String>>([])
        var request = TrainingRequest(data: [], output: directory.path)
        request.fixedName = "model"
        let selector = "- name: ResponseSelector\n  epochs: 1\n"
        let named = "- name: ResponseSelector\n  epochs: 1\n  retrieval_intent: faq\n"
        let text =
            Self.head + "pipeline:\n- name: WhitespaceTokenizer\n- name: CountVectorsFeaturizer\n"
            + selector + selector + named + Self.data
        _ = try Trainer(
            request,
            progress: { progress in
                guard case .epoch(let name, _, _) = progress else { return }
                _ = seen.withLock { $0.insert(name) }
            }
        ).train(Array(text.utf8), file: "body.yml")
        #expect(
            seen.withLock { $0 } == [
                "ResponseSelector [train_ResponseSelector2]", "ResponseSelector [train_ResponseSelector3]",
                "ResponseSelector (faq)",
            ])
    }

    @Test func aMissingResponseIsNamedOnce() throws {
        let directory = try TemporaryDirectory()
        let selector = "- name: ResponseSelector\n  epochs: 1\n"
        let text =
            Self.head + "pipeline:\n- name: WhitespaceTokenizer\n- name: CountVectorsFeaturizer\n"
            + selector + selector + Self.data
        let missing = { (text: String) in
            try directory.train(text).warnings.map(\.message).filter { $0.contains("no response") }
        }
        #expect(try missing(text) == [])
        let found = try missing(text.replacing("  utter_faq/place:\n  - text: Near the station.\n", with: ""))
        #expect(found.count == 1 && found[0].contains("'utter_faq/place'"), "\(found)")
    }

    @Test func aCacheThatCannotBeUsedIsNamed() throws {
        let directory = try TemporaryDirectory()
        try File.write([], to: directory.path + "/taken")
        let cache = directory.path + "/taken/cache"
        var request = TrainingRequest(data: [], output: directory.path)
        request.fixedName = "model"
        request.usesCache = true
        request.environment = EnvironmentVariables(lookUp: { $0 == "RASA_CACHE_DIRECTORY" ? cache : nil })
        let text = (Self.head + Self.pipeline + Self.data).replacing("epochs: 60", with: "epochs: 1")
            .replacing("epochs: 40", with: "epochs: 1")
        let model = try Trainer(request).train(Array(text.utf8), file: "body.yml")
        let found = model.warnings.map(\.message).filter { $0.contains("'\(cache)") }
        #expect(found.count == 1 && found[0].contains("RASA_CACHE_DIRECTORY"), "\(model.warnings)")
    }

    @Test(arguments: [
        ("DIETClassifier", "- intent: greet\n  examples: |\n    - hi\n", "at least two intents"),
        ("ResponseSelector", "- intent: greet\n  examples: |\n    - hi\n", "no example has a retrieval intent"),
        ("ResponseSelector", "- intent: a/b\n  examples: |\n    - hi\n", "at least two responses"),
        ("LogisticRegressionClassifier", "- intent: greet\n  examples: |\n    - hi\n", "at least two intents"),
        ("CRFEntityExtractor", "- intent: greet\n  examples: |\n    - hi\n", "no example has an entity"),
    ])
    func withoutAnythingToLearnAComponentIsSkipped(_ component: String, _ data: String, _ reason: String) throws {
        let directory = try TemporaryDirectory()
        let pipeline = "pipeline: [{name: WhitespaceTokenizer}, {name: CountVectorsFeaturizer}, {name: \(component)}]\n"
        let model = try directory.train(
            "language: en\npolicies: []\nintents: [greet, a]\n" + pipeline + "nlu:\n" + data
                + "responses:\n  utter_a/b: [{text: b}]\n")
        let warning = model.warnings.first { $0.message.contains("\(component) is not trained") }
        #expect(warning?.message.contains(reason) == true, "\(model.warnings)")
        #expect(warning?.place?.line == 4)
        let opened = try directory.open(model.path)
        #expect(!opened.has("train_\(component)2", "checkpoint"))
        _ = try Interpreter(model: opened, domainIntents: [], domainEntities: []).parse("hi")
    }

    @Test func unknownOptionsAreWarnedOf() throws {
        let directory = try TemporaryDirectory()
        let pipeline = Self.pipeline.replacing("epochs: 60", with: "epochs: 1\n  epoch: 60")
            .replacing("epochs: 40", with: "epochs: 1")
        let model = try directory.train(Self.head + pipeline + Self.data)
        let warnings = model.warnings.filter { $0.message.contains("option") }
        #expect(warnings.map(\.message) == ["DIETClassifier: the option 'epoch' is not known; ignored"])
        #expect(warnings.first?.place?.line == 9)
    }

    @Test func withoutAPipelineThereIsRasas() throws {
        let directory = try TemporaryDirectory()
        var request = TrainingRequest(data: [], output: directory.path)
        // Nothing is learned where nothing is written.
        request.writes = false
        let model = try Trainer(request).train(Array((Self.head + Self.data).utf8), file: "body.yml")
        let notice = model.warnings.first { $0.message.contains("there is no 'pipeline'") }
        #expect(notice?.message.contains("DIETClassifier, EntitySynonymMapper, ResponseSelector") == true)
        // Once is enough.
        request.toldDefaults = ["pipeline"]
        let silent = try Trainer(request).train(Array((Self.head + Self.data).utf8), file: "body.yml")
        #expect(!silent.warnings.contains { $0.message.contains("there is no 'pipeline'") })
    }
}
