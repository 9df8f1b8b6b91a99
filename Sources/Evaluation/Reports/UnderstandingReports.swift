import ExactText
import JSON
import TextFeatures
import Training

extension UnderstandingEvaluation {
    /// The results by the names that `rasa test nlu` gives them.
    package func files(_ selection: ReportSelection) -> [ReportFile] {
        var files: [ReportFile] = []
        let whole = json
        if let evaluation = whole["intent_evaluation"], !evaluation.isNull {
            files += Self.files(
                "intent", "Intent", intents, evaluation, keys: ("intent", "intent_prediction"), selection)
        }
        if let evaluation = whole["response_selection_evaluation"], !evaluation.isNull {
            files += Self.files(
                "response_selection", "Response Selection", responses, evaluation,
                keys: ("intent_response_key_target", "intent_response_key_prediction"), selection)
        }
        for extractor in extractors {
            files += entityFiles(extractor, whole["entity_evaluation"]?[extractor] ?? [:], selection)
        }
        return files
    }

    private static func files(
        _ name: String, _ title: String, _ results: [Classification], _ evaluation: JSON,
        keys: (target: String, predicted: String), _ selection: ReportSelection
    ) -> [ReportFile] {
        var files = [ReportFile("\(name)_report.json", evaluation["report"] ?? [:])]
        let right = results.filter { $0.target.exact == $0.predicted.exact }
        if selection.successes {
            let list = right.map { result -> JSON in
                .object([
                    "text": .string(result.text), keys.target: .string(result.target),
                    keys.predicted: ["name": .string(result.predicted), "confidence": result.confidence],
                ])
            }
            files.append(ReportFile("\(name)_successes.json", .array(list)))
        }
        if selection.errors { files.append(ReportFile("\(name)_errors.json", evaluation["errors"] ?? [])) }
        guard selection.plots else { return files }
        let wrong = results.filter { $0.target.exact != $0.predicted.exact }
        let confusion = ConfusionPlot(
            title: "\(title) Confusion Matrix", targets: results.map(\.target), predictions: results.map(\.predicted))
        let confidences = ConfidencePlot(
            title: "\(title) Confidences", right: right.compactMap(\.confidence.double),
            wrong: wrong.compactMap(\.confidence.double))
        files += confusion.file.map { [ReportFile("\(name)_confusion_matrix.png", $0)] } ?? []
        files += confidences.file.map { [ReportFile("\(name)_histogram.png", $0)] } ?? []
        return files
    }

    private func entityFiles(_ extractor: String, _ evaluation: JSON, _ selection: ReportSelection) -> [ReportFile] {
        var files = [ReportFile("\(extractor)_report.json", evaluation["report"] ?? [:])]
        let targets = entityTargets
        let labels = labels(by: extractor)
        if selection.successes {
            var offset = 0
            var right: [JSON] = []
            for (extraction, found) in zip(entities, labels) {
                if found.map(\.exact) == targets[offset..<offset + found.count].map(\.exact) {
                    right.append([
                        "text": .string(extraction.text), "entities": .array(extraction.targets.map(\.json)),
                        "predicted_entities": .array(extraction.found.map(\.json)),
                    ])
                }
                offset += found.count
            }
            files.append(ReportFile("\(extractor)_successes.json", .array(right)))
        }
        if selection.errors { files.append(ReportFile("\(extractor)_errors.json", evaluation["errors"] ?? [])) }
        guard selection.plots else { return files }
        let plot = ConfusionPlot(
            title: "Entity Confusion Matrix", targets: targets, predictions: labels.flatMap { $0 })
        files += plot.file.map { [ReportFile("\(extractor)_confusion_matrix.png", $0)] } ?? []
        return files
    }
}
