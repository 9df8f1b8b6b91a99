import ExactText
import JSON

/// A comparison as one HTML page that needs nothing else.
enum ComparisonPage {
    /// How long a value may be, in characters.
    private static let maxValue = 4000

    static func bytes(_ report: ComparisonReport) -> [UInt8] {
        let verdict = report.differs ? "differs" : "equal"
        let page = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>parley compare</title>
            <style>
            \(style)
            </style>
            </head>
            <body>
            <h1>parley compare</h1>
            <p class="\(verdict)">\(escaped(report.conclusion))</p>
            \(summary(report))
            \(ComparisonText.dimensions.map { table($0.title, report.rows($0.dimension)) }.joined(separator: "\n"))
            \(findings(report))
            \(failures(report))
            </body>
            </html>

            """
        return Array(page.utf8)
    }

    private static let style = """
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; color: #222; }
        table { border-collapse: collapse; margin: 0.5em 0 1.5em; }
        th, td { border-bottom: 1px solid #ddd; padding: 0.2em 0.8em; text-align: left; vertical-align: top; }
        td.number { text-align: right; font-variant-numeric: tabular-nums; }
        tr.differs td, p.differs { background: #fde8e6; }
        p.equal { background: #e6f4e6; }
        p.differs, p.equal { font-size: 1.2em; padding: 0.5em 1em; }
        pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
        details { margin: 0.6em 0; }
        summary { cursor: pointer; }
        """

    private static func summary(_ report: ComparisonReport) -> String {
        var rows = [("Compared", report.against), ("With", report.parley)]
        rows += report.notes.map { ("Note", $0) }
        rows += report.plays.map {
            ("Played", "\($1.compared) × \($0.rawValue), of which \($1.differing) differ")
        }
        if report.left > 0 {
            rows.append(("Left out", "\(report.left) messages, which follow where the servers went different ways"))
        }
        let cells = rows.map { "<tr><th>\(escaped($0))</th><td>\(escaped($1))</td></tr>" }
        return "<table>\n\(cells.joined(separator: "\n"))\n</table>"
    }

    private static func table(_ title: String, _ rows: [(name: String, count: ComparisonReport.Count)]) -> String {
        guard !rows.isEmpty else { return "" }
        let cells = rows.map { name, count in
            """
            <tr\(count.differing > 0 ? " class=\"differs\"" : "")><td>\(escaped(name))</td>\
            <td class="number">\(count.compared)</td><td class="number">\(count.differing)</td>\
            <td class="number">\(ComparisonText.number(count.worst))</td></tr>
            """
        }
        return """
            <h2>\(title)s</h2>
            <table>
            <tr><th>\(title)</th><th>compared</th><th>differ</th><th>worst confidence difference</th></tr>
            \(cells.joined(separator: "\n"))
            </table>
            """
    }

    private static func findings(_ report: ComparisonReport) -> String {
        guard !report.findings.isEmpty else { return "" }
        let parts = report.findings.enumerated().map { number, finding in
            """
            <details\(number < 20 ? " open" : "")><summary>\(escaped(ComparisonText.heading(finding)))</summary>
            <table>
            <tr><th>at</th><th>Rasa</th><th>Parley</th></tr>
            \(finding.differences.map(row).joined(separator: "\n"))
            </table>
            </details>
            """
        }
        return "<h2>First examples</h2>\n" + parts.joined(separator: "\n")
    }

    private static func row(_ difference: Difference) -> String {
        let values = [difference.against, difference.parley].map {
            "<td><pre>\(escaped(ComparisonText.text($0, atMost: maxValue)))</pre></td>"
        }
        return "<tr><td>\(escaped(difference.path.isEmpty ? "/" : difference.path))</td>\(values.joined())</tr>"
    }

    private static func failures(_ report: ComparisonReport) -> String {
        guard report.failed > 0 else { return "" }
        let items = report.failures.map { "<li>\(escaped($0))</li>" }
        return """
            <h2>Not compared</h2>
            <p>\(report.failed) requests got no response from one of the servers, such as:</p>
            <ul>
            \(items.joined(separator: "\n"))
            </ul>
            """
    }

    /// A text as HTML shows it, in elements and between the quotes of attributes.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
