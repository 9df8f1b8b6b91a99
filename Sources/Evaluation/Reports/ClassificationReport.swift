import ExactText
import JSON
import OrderedCollections

/// How well predicted labels fit the right ones, as scikit-learn's `classification_report` and Rasa say it.
struct ClassificationReport {
    /// The report; empty where there is nothing to count.
    let json: JSON
    /// Weighted by how often each label is right.
    let precision: Double
    /// Weighted by how often each label is right.
    let f1: Double
    let accuracy: Double

    private struct Figures {
        var precision: Double
        var recall: Double
        var f1: Double
        var support: Int

        var json: JSON {
            [
                "precision": .double(precision), "recall": .double(recall), "f1-score": .double(f1),
                "support": .int(support),
            ]
        }

        init(precision: Double, recall: Double, f1: Double, support: Int) {
            (self.precision, self.recall, self.f1, self.support) = (precision, recall, f1, support)
        }

        init(hits: Int, predicted: Int, support: Int) {
            precision = predicted == 0 ? 0 : Double(hits) / Double(predicted)
            recall = support == 0 ? 0 : Double(hits) / Double(support)
            f1 = predicted + support == 0 ? 0 : 2 * Double(hits) / Double(predicted + support)
            self.support = support
        }
    }

    /// - Parameters:
    ///   - targets: The right labels.
    ///   - predictions: What was predicted, in the same order.
    ///   - excluded: A label that stands for none, and is not reported.
    ///   - tellsConfusion: Whether the report says with what each label was confused.
    init(targets: [String], predictions: [String], excluded: String? = nil, tellsConfusion: Bool) {
        let labels = Set<ExactString>(targets).subtracting(excluded.map { [$0.exact] } ?? []).sorted()
        guard !labels.isEmpty else {
            (json, precision, f1, accuracy) = ([:], 0, 0, 0)
            return
        }
        let (targets, predictions) = (targets.map(\.exact), predictions.map(\.exact))
        let pairs = Array(zip(targets, predictions))
        var figures: OrderedDictionary<ExactString, Figures> = [:]
        var (allHits, allPredicted) = (0, 0)
        for label in labels {
            let hits = pairs.count { $0.0 == label && $0.1 == label }
            let predicted = predictions.count { $0 == label }
            allHits += hits
            allPredicted += predicted
            figures[label] = Figures(hits: hits, predicted: predicted, support: targets.count { $0 == label })
        }
        let support = figures.values.reduce(0) { $0 + $1.support }
        let micro = Figures(hits: allHits, predicted: allPredicted, support: support)
        let macro = Self.mean(figures.values.map { $0 }, weights: figures.map { _ in 1 }, support)
        let weighted = Self.mean(figures.values.map { $0 }, weights: figures.values.map { Double($0.support) }, support)
        accuracy = Double(pairs.count { $0.0 == $0.1 }) / Double(pairs.count)
        precision = weighted.precision
        f1 = weighted.f1
        var report = figures.mapValues(\.json)
        if tellsConfusion {
            for (label, others) in Self.confusions(pairs, excluded) {
                guard case .object(var members)? = report[label] else { continue }
                members["confused_with"] = .object(others)
                report[label] = .object(members)
            }
        }
        report["accuracy"] = .double(accuracy)
        report["micro avg"] = micro.json
        report["macro avg"] = macro.json
        report["weighted avg"] = weighted.json
        json = .object(JSONObject(report))
    }

    private static func mean(_ figures: [Figures], weights: [Double], _ support: Int) -> Figures {
        let total = weights.reduce(0, +)
        func mean(_ value: (Figures) -> Double) -> Double {
            total == 0 ? 0 : zip(figures, weights).reduce(0) { $0 + value($1.0) * $1.1 } / total
        }
        return Figures(
            precision: mean(\.precision), recall: mean(\.recall), f1: mean(\.f1), support: support)
    }

    /// For each label the wrong ones among the three most often predicted in its place.
    private static func confusions(_ pairs: [(ExactString, ExactString)], _ excluded: String?) -> [ExactString:
        JSONObject]
    {
        let labels = Set(pairs.flatMap { [$0.0, $0.1] }).sorted()
        let excluded = excluded?.exact
        var confusions: [ExactString: JSONObject] = [:]
        for label in labels where label != excluded {
            let counts = labels.map { other in pairs.count { $0.0 == label && $0.1 == other } }
            let ranked = labels.indices.sorted { (counts[$0], $0) > (counts[$1], $1) }
            var others: JSONObject = [:]
            for index in ranked.prefix(3)
            where labels[index] != label && labels[index] != excluded && counts[index] > 0 {
                others[labels[index]] = .int(counts[index])
            }
            confusions[label] = others
        }
        return confusions
    }
}
