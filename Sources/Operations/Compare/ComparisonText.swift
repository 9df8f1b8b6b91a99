import ExactText
import JSON
import System

/// What is shown of a comparison on a terminal.
enum ComparisonText {
    /// How many findings are shown, and of each how many differences.
    private static let maxFindings = 10
    private static let maxDifferences = 3
    private static let maxValue = 160

    static let dimensions: [(dimension: Tally.Dimension, title: String)] = [
        (.route, "Route"), (.intent, "Intent"), (.action, "Action"),
    ]

    static func lines(_ report: ComparisonReport) -> [String] {
        var lines = ["Compared: \(report.against)", "With:     \(report.parley)"]
        lines += report.notes.map { "Note:     \($0)" }
        let kinds = report.plays.map { "\($1.compared) × \($0.rawValue)" }
        lines.append("Played:   \(kinds.isEmpty ? "nothing" : kinds.joined(separator: ", "))")
        for (dimension, title) in dimensions {
            let rows = report.rows(dimension)
            // Of intents and actions there may be hundreds: those that agree are in the report.
            let shown = dimension == .route ? rows : rows.filter { $0.count.differing > 0 }
            lines += table(title, shown)
            let hidden = rows.count - shown.count
            if hidden > 0 { lines.append("\(title)s in which nothing differs: \(hidden)") }
        }
        for (number, finding) in report.findings.prefix(maxFindings).enumerated() {
            lines += ["", "\(number + 1). \(heading(finding))"] + differences(finding)
        }
        if report.findings.count > maxFindings {
            lines += ["", "… and \(report.findings.count - maxFindings) more; --output writes them into a file"]
        }
        if report.left > 0 {
            lines += [
                "", "\(report.left) messages were not compared: they follow where the servers went different ways.",
            ]
        }
        if report.failed > 0 {
            lines += ["", "\(report.failed) requests could not be compared, such as:"]
            lines += report.failures.prefix(maxDifferences).map { "    \($0)" }
        }
        return lines + ["", report.conclusion]
    }

    /// Where a finding is, in one line.
    static func heading(_ finding: Finding) -> String {
        var text = "\(finding.kind.rawValue) \(finding.play): \(finding.route)"
        if !finding.says.isEmpty { text += ", \"\(short(finding.says))\"" }
        if let intent = finding.intent { text += ", intent \(intent)" }
        if let action = finding.action { text += ", action \(action)" }
        return text
    }

    private static func differences(_ finding: Finding) -> [String] {
        let shown = finding.differences.prefix(maxDifferences).flatMap { difference in
            [
                "     at \(difference.path.isEmpty ? "/" : difference.path)",
                "       Rasa    \(text(difference.against))", "       Parley  \(text(difference.parley))",
            ]
        }
        let rest = finding.differences.count - maxDifferences
        return rest > 0 ? shown + ["     … and \(rest) more"] : shown
    }

    private static func table(_ title: String, _ rows: [(name: String, count: ComparisonReport.Count)]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let width = min(60, max(title.count, rows.map(\.name.count).max() ?? 0))
        let head = padded(title, width) + "  compared    differ  worst confidence difference"
        return ["", head]
            + rows.map { name, count in
                padded(name, width) + "  " + aligned(String(count.compared), 8) + aligned(String(count.differing), 10)
                    + "  " + number(count.worst)
            }
    }

    /// A value as people see it; nothing where there is none.
    static func text(_ value: JSON?, atMost limit: Int = maxValue) -> String {
        value.map { short($0.text(JSONStyle.readable), limit) } ?? "(nothing)"
    }

    /// A number with two digits that count.
    static func number(_ value: Double) -> String {
        guard value > 0 else { return "0" }
        return value < 1e-9 ? "below 1e-9" : rounded(value)
    }

    private static func rounded(_ value: Double) -> String {
        var scale = 1.0
        while value * scale < 10 { scale *= 10 }
        return JSON.double((value * scale).rounded() / scale).text()
    }

    private static func short(_ text: String, _ limit: Int = maxValue) -> String {
        let line = text.exact.replacing("\n", with: "⏎")
        let scalars = line.unicodeScalars
        return scalars.count <= limit ? line : String(String.UnicodeScalarView(scalars.prefix(limit))) + "…"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func aligned(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

extension JSONStyle {
    /// For people: spaced, with the letters of every language, and members in the order of their names.
    fileprivate static var readable: JSONStyle {
        var style = JSONStyle.pythonSorted
        style.escapesNonASCII = false
        return style
    }
}
