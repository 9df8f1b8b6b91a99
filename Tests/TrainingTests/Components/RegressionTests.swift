import ExactText
import JSON
import ModelArchive
import NLU
import Tensors
import TestSupport
import Testing
import TextFeatures
import YAML

@testable import Training

@Suite("A logistic regression is that of scikit-learn")
struct RegressionTests {
    private static let rows: [[Double]] = [[1, 0, 2], [1, 1, 0], [0, 3, 1], [0, 1, 1], [2, 0, 0], [0, 0, 1]]

    /// What scikit-learn 1.1.3 finds with a tolerance of 1e-10.
    @Test(arguments: [
        (
            ["b", "a", "c", "c", "b", "b"], "lbfgs",
            [0.240826, 0.168814, -0.652314, 0.304971, -0.81424, 0.326636, -0.545797, 0.645426, 0.325678],
            [0.221358, 0.297103, -0.51846]
        ),
        (
            ["b", "a", "c", "c", "b", "b"], "liblinear",
            [0.040381, 0.048532, -0.954167, 0.321843, -0.91443, 0.27898, -0.799426, 0.659533, -0.11079],
            [-0.234369, -0.034613, -0.403236]
        ),
        (["x", "x", "y", "y", "y", "x"], "saga", [0.136387, 0.608472, -0.25476], [-0.372884]),
        (["x", "x", "y", "y", "y", "x"], "liblinear", [0.05852, 0.551524, -0.331625], [-0.123673]),
    ])
    func weights(_ labels: [String], _ solver: String, _ coefficients: [Double], _ intercepts: [Double]) throws {
        var examples = RegressionExamples()
        for (row, label) in zip(Self.rows, labels) {
            let nonzeros = row.enumerated().filter { $0.element != 0 }
            examples.add(
                try .init(
                    columns: row.count, rowStarts: [0, Int32(nonzeros.count)],
                    columnIndices: nonzeros.map { Int32($0.offset) }, values: nonzeros.map { Float($0.element) }),
                label: label)
        }
        let text = """
            language: en
            pipeline:
            - name: CountVectorsFeaturizer
            - name: LogisticRegressionClassifier
              solver: \(solver)
              tol: 1.0e-7
            """
        let step = try #require(
            try YAMLReader().read(Array(text.utf8), file: "config.yml")["pipeline"].map {
                try Configuration.steps($0, "pipeline")?.last
            })
        let found = RegressionTraining(examples, try RegressionOptions(try #require(step))).train()
        #expect(found.labels == Set(labels).sorted())
        for (value, right) in zip(found.coefficients + found.intercepts, coefficients + intercepts) {
            #expect(abs(value - right) < 2e-5, "\(found)")
        }
        #expect(found.coefficients.count == coefficients.count)
    }

    @Test func anArchiveIsReadBack() throws {
        let directory = try TemporaryDirectory()
        let model = try directory.open(
            try directory.train(
                """
                language: en
                pipeline:
                - name: WhitespaceTokenizer
                - name: CountVectorsFeaturizer
                - name: LogisticRegressionClassifier
                - name: CRFEntityExtractor
                policies: []
                intents: [greet, leave, order]
                nlu:
                - intent: greet
                  examples: |
                    - hello there
                    - good morning
                - intent: leave
                  examples: |
                    - see you
                    - good bye
                - intent: order
                  examples: |
                    - a [tea](drink) please
                    - one [coffee](drink)
                    - two [green tea](drink) for us
                """
            ).path)
        let interpreter = try Interpreter(model: model, domainIntents: [], domainEntities: [])
        #expect(try interpreter.parse("good morning").intent.name == "greet")
        #expect(try interpreter.parse("good bye").intent.name == "leave")
        let order = try interpreter.parse("a tea please")
        #expect(order.intent.name == "order")
        #expect(order.entities.map(\.entity) == ["drink"] && order.entities.first?.value == "tea")
    }
}
