import JSON

extension StoryEvaluation {
    /// The results by the names that `rasa test core` gives them.
    package func files(_ selection: ReportSelection) -> [ReportFile] {
        var report = report.json.object ?? [:]
        let right = stories.filter(\.isRight)
        // Stories that are right but for an intent that was taken for unlikely.
        let unlikely = right.filter(\.isUnlikely)
        if !stories.isEmpty {
            report["conversation_accuracy"] = [
                "accuracy": .double(Double(right.count) / Double(stories.count)), "correct": .int(right.count),
                "with_warnings": .int(unlikely.count), "total": .int(stories.count),
            ]
        }
        var files = [ReportFile("story_report.json", .object(report))]
        if selection.plots {
            let (targets, predictions) = predictions
            let plot = ConfusionPlot(title: "Action Confusion Matrix", targets: targets, predictions: predictions)
            files += plot.file.map { [ReportFile("story_confusion_matrix.png", $0)] } ?? []
        }
        if selection.errors {
            let failed = PlayedStory.document(stories.filter { !$0.isRight }, none: "no story failed")
            files.append(ReportFile("failed_test_stories.yml", failed))
        }
        if selection.successes {
            let passed = PlayedStory.document(right, none: "no story passed")
            files.append(ReportFile("successful_test_stories.yml", passed))
        }
        if selection.warnings {
            let warned = PlayedStory.document(unlikely, none: "no story has a warning")
            files.append(ReportFile("stories_with_warnings.yml", warned))
        }
        return files
    }
}
