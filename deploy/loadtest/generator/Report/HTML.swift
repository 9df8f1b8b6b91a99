/// A report in one file: no script, style or picture comes from elsewhere.
struct HTML {
    let title: String
    /// All runs; those of one scenario stand side by side.
    let runs: [RunSummary]

    private static let colors = ["#1b6ca8", "#c4561e"]

    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    var text: String {
        var out = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>\(Self.escaped(title))</title><style>
            body { font: 15px/1.45 system-ui, sans-serif; max-width: 1180px; margin: 2em auto; color: #222 }
            table { border-collapse: collapse; margin: 1em 0 } th, td { padding: 2px 12px; text-align: right }
            th:first-child, td:first-child { text-align: left } tr { border-bottom: 1px solid #ddd }
            .plots { display: flex; flex-wrap: wrap; gap: 12px } svg { width: 560px; max-width: 100% }
            svg text { font: 11px system-ui, sans-serif } .label { fill: #555 } .title { font-weight: 600 }
            .grid { stroke: #e4e4e4 } .mark { stroke: #b33; stroke-dasharray: 3 3 } .warning { color: #b00 }
            </style></head><body><h1>\(Self.escaped(title))</h1>
            <p>Latency counts from the time at which a turn was due, whether or not its client could send it then.</p>

            """
        var scenarios: [String] = []
        for run in runs where !scenarios.contains(run.scenario) { scenarios.append(run.scenario) }
        for scenario in scenarios { out += section(scenario, runs.filter { $0.scenario == scenario }) }
        return out + "</body></html>\n"
    }

    private func section(_ scenario: String, _ runs: [RunSummary]) -> String {
        var out = "<h2>\(Self.escaped(scenario))</h2><table><tr><th></th>"
        out += runs.map { "<th>\(Self.escaped($0.target))</th>" }.joined() + "</tr>"
        for (name, value) in Self.rows {
            out += "<tr><td>\(Self.escaped(name))</td>"
            out += runs.map { "<td>\(Self.escaped(value($0)))</td>" }.joined() + "</tr>"
        }
        out += "</table>"
        for run in runs {
            if let warning = run.generatorWarning { out += #"<p class="warning">\#(Self.escaped(warning))</p>"# }
        }
        return out + #"<div class="plots">"# + percentiles(runs).svg + timeline(runs).svg + "</div>\n"
    }

    private static var rows: [(String, (RunSummary) -> String)] {
        var rows: [(String, (RunSummary) -> String)] = [
            ("turns", { String($0.turns) }), ("seconds", { TextReport.number($0.seconds, 1) }),
        ]
        rows += Outcome.allCases.map { outcome in
            (outcome.label, { String($0.outcomes[outcome.label, default: 0]) })
        }
        rows.append(("responses to no turn", { String($0.surplus) }))
        rows += [50, 90, 99, 99.9, 100].map { percentile in
            ("p\(RunSummary.label(percentile)), ms", { TextReport.number($0.percentile(percentile), 1) })
        }
        return rows + [
            (
                "p99 of the first / last tenth, ms",
                {
                    "\(TextReport.number($0.firstTenth, 1)) / \(TextReport.number($0.lastTenth, 1))"
                }
            ),
            ("disturbances", { String($0.disturbances.count) }),
            ("failures not under way at a kill", { $0.failuresOutsideKills.map(String.init) ?? "–" }),
            (
                "stored: lost, doubled, out of order",
                {
                    $0.audit.map { "\($0.lost), \($0.doubled), \($0.misordered)" } ?? "–"
                }
            ),
            ("generator, % of a core", { TextReport.number($0.generatorCores * 100, 0) }),
        ]
    }

    /// Latency over percentiles, each nine as wide as the one before.
    private func percentiles(_ runs: [RunSummary]) -> Plot {
        let place = { (percentile: Double) in -Plot.logarithm(1 - min(percentile, 99.995) / 100) }
        return Plot(
            title: "Latency by percentile", xLabel: "percentile", yLabel: "ms",
            lines: zip(runs, Self.colors).map { run, color in
                .init(
                    name: run.target, color: color,
                    points: RunSummary.percentiles.map { (place($0), run.percentile($0)) })
            }, ticks: [0, 50, 90, 99, 99.9, 99.99].map { (place($0), RunSummary.label($0)) })
    }

    private func timeline(_ runs: [RunSummary]) -> Plot {
        let seconds = runs.map(\.seconds).max() ?? 1
        return Plot(
            title: "p99 over time; dashed: disturbances", xLabel: "seconds", yLabel: "ms",
            lines: zip(runs, Self.colors).map { run, color in
                .init(name: run.target, color: color, points: run.slices.map { ($0.at, $0.p99) })
            }, ticks: (0...4).map { (seconds * Double($0) / 4, TextReport.number(seconds * Double($0) / 4, 0)) },
            marks: runs.first?.disturbances.map { Double($0.begin) / 1e9 } ?? [])
    }
}
