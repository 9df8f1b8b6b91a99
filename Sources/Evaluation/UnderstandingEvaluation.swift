import ExactText
package import JSON
import NLU
import TextFeatures
import Training

/// What a model made of examples, and how well that is.
package struct UnderstandingEvaluation {
    struct Classification {
        let text: String
        let target: String
        let predicted: String
        let confidence: JSON
    }

    struct Extraction {
        let text: String
        let targets: [Example.Annotation]
        let found: [EntityMatch]
        let tokens: [Range<Int>]
    }

    private(set) var intents: [Classification] = []
    private(set) var responses: [Classification] = []
    private(set) var entities: [Extraction] = []

    /// Extractors whose entities do not come from training data.
    private static let pretrained: Set<ExactString> = ["DucklingEntityExtractor", "SpacyEntityExtractor"]

    /// Asks the model about each example.
    ///
    /// - Throws: `ModelFailure` where the model cannot handle messages.
    mutating func add(_ examples: [Example], _ interpreter: Interpreter) throws(ModelFailure) {
        let evaluatesIntents = Set<ExactString>(examples.compactMap(\.intent)).count >= 2
        let evaluatesResponses = Set<ExactString>(examples.compactMap(\.responseKey)).count >= 2
        let evaluatesEntities = examples.contains { !$0.entities.isEmpty }
        for example in examples {
            let result = try interpreter.parse(example.text)
            if evaluatesIntents, let target = example.intent, !target.isEmpty {
                let intent = UnderstandingEvaluation.intent(result)
                intents.append(
                    Classification(
                        text: result.text, target: target, predicted: intent.name ?? "",
                        confidence: .double(intent.confidence)))
            }
            if evaluatesResponses, let target = example.responseKey {
                let choice = UnderstandingEvaluation.response(result, to: example.intent ?? "")
                responses.append(
                    Classification(
                        text: result.text, target: target, predicted: choice?["intent_response_key"]?.string ?? "",
                        confidence: choice?["confidence"] ?? 0.0))
            }
            if evaluatesEntities {
                entities.append(
                    Extraction(
                        text: result.text, targets: example.entities,
                        found: result.entities.filter { !Self.pretrained.contains($0.extractor) },
                        tokens: result.tokens ?? []))
            }
        }
    }

    /// The intent; where the fallback took its place, the one that it took it from.
    private static func intent(_ result: ParseResult) -> ScoredIntent {
        if result.intent.name == "nlu_fallback", let ranking = result.intentRanking, ranking.count >= 2 {
            return ranking[1]
        }
        return result.intent
    }

    private static func response(_ result: ParseResult, to intent: String) -> JSON? {
        let selection = result.responseSelection?.json
        let known = selection?["all_retrieval_intents"]?.array ?? []
        let key = known.contains(.string(intent)) && selection?[intent] != nil ? intent : "default"
        return selection?[key]?["response"]
    }

    /// The report of `/model/test/intents`.
    package var json: JSON {
        [
            "intent_evaluation": intents.isEmpty
                ? .null : Self.report(intents, "intent", "predicted", errorKeys: ("intent", "intent_prediction")),
            "entity_evaluation": entities.isEmpty ? .null : .object(entityReports),
            "response_selection_evaluation": responses.isEmpty
                ? .null
                : Self.report(
                    responses, "intent_response_key_target", "intent_response_key_prediction",
                    errorKeys: ("intent_response_key_target", "intent_response_key_prediction")),
        ]
    }

    /// The report of `/model/test/intents` with folds.
    var crossValidationJSON: JSON {
        func part(_ evaluation: JSON) -> JSON {
            let report = evaluation["report"] ?? [:]
            // Rasa looks up the F1 score by a wrong name and finds none.
            return [
                "report": report, "precision": report["weighted avg"]?["precision"] ?? .null, "f1_score": .null,
                "errors": evaluation["errors"] ?? [],
            ]
        }
        let whole = json
        return .object([
            "intent_evaluation": part(whole["intent_evaluation"] ?? .null),
            "entity_evaluation": part(whole["entity_evaluation"] ?? .null),
            "response_selection_evaluation": part(whole["response_selection_evaluation"] ?? .null),
        ])
    }

    static func report(
        _ results: [Classification], _ targetKey: String, _ predictedKey: String,
        errorKeys: (target: String, predicted: String)
    ) -> JSON {
        let report = ClassificationReport(
            targets: results.map(\.target), predictions: results.map(\.predicted), tellsConfusion: true)
        let predictions = results.map { result -> JSON in
            .object([
                "text": .string(result.text), targetKey: .string(result.target),
                predictedKey: .string(result.predicted), "confidence": result.confidence,
            ])
        }
        let errors = results.filter { $0.target.exact != $0.predicted.exact }.map { result -> JSON in
            .object([
                "text": .string(result.text), errorKeys.target: .string(result.target),
                errorKeys.predicted: ["name": .string(result.predicted), "confidence": result.confidence],
            ])
        }
        return [
            "predictions": .array(predictions), "report": report.json, "precision": .double(report.precision),
            "f1_score": .double(report.f1), "accuracy": .double(report.accuracy), "errors": .array(errors),
        ]
    }

    /// A report for each extractor that found something, over all words.
    private var entityReports: JSONObject {
        let targets = entityTargets
        var reports: JSONObject = [:]
        for extractor in extractors {
            let labels = labels(by: extractor)
            let report = ClassificationReport(
                targets: targets, predictions: labels.flatMap { $0 }, excluded: Self.none, tellsConfusion: true)
            var errors: [JSON] = []
            var offset = 0
            for (extraction, found) in zip(entities, labels) {
                if found.map(\.exact) != targets[offset..<offset + found.count].map(\.exact) {
                    errors.append([
                        "text": .string(extraction.text), "entities": .array(extraction.targets.map(\.json)),
                        "predicted_entities": .array(extraction.found.map(\.json)),
                    ])
                }
                offset += found.count
            }
            reports[extractor] = [
                "report": report.json, "precision": .double(report.precision), "f1_score": .double(report.f1),
                "accuracy": .double(report.accuracy), "errors": .array(errors),
            ]
        }
        return reports
    }

    /// What a word is that belongs to no entity.
    static let none = "no_entity"

    /// Those that found something, sorted.
    var extractors: [String] { Set<ExactString>(entities.flatMap(\.found).map(\.extractor)).pythonSorted }

    /// The right label of every word of all messages.
    var entityTargets: [String] {
        entities.flatMap { extraction in
            extraction.tokens.map { word in Self.label(of: word, extraction.targets.map(Span.init)) ?? Self.none }
        }
    }

    /// The label that an extractor gave to every word, by message.
    func labels(by extractor: String) -> [[String]] {
        entities.map { extraction in
            let spans = extraction.found.filter { $0.extractor.exact == extractor.exact }.map(Span.init)
            return extraction.tokens.map { Self.label(of: $0, spans) ?? Self.none }
        }
    }

    private struct Span {
        let range: Range<Int>
        let label: String

        init(_ annotation: Example.Annotation) {
            range = annotation.start..<max(annotation.end, annotation.start)
            label = Self.label(annotation.entity, annotation.group, annotation.role)
        }

        init(_ match: EntityMatch) {
            range = match.start..<max(match.end, match.start)
            label = Self.label(match.entity, match.group?.name, match.role?.name)
        }

        private static func label(_ parts: String?...) -> String {
            parts.compactMap { $0.flatMap { $0.isEmpty ? nil : $0 } }.joined(separator: ".")
        }
    }

    /// The label of the entity that a word has most in common with; the first of equals.
    private static func label(of word: Range<Int>, _ spans: [Span]) -> String? {
        var best: (common: Int, label: String)?
        for span in spans {
            let common = span.range.clamped(to: word).count
            if common > best?.common ?? 0 { best = (common, span.label) }
        }
        return best?.label
    }
}
