import Foundation

/// What the terminal shows of a run.
struct TextReport {
    let summary: RunSummary

    var lines: [String] {
        var lines = [
            "\(summary.scenario), \(summary.target): \(summary.turns) turns in \(Self.number(summary.seconds, 1)) s",
            "  "
                + Outcome.allCases.map { "\($0.label) \(summary.outcomes[$0.label, default: 0])" }
                .joined(separator: ", ") + ", surplus \(summary.surplus)",
            "  ms from the due time: "
                + [50, 90, 99, 99.9, 100].map {
                    "p\(RunSummary.label($0)) \(Self.number(summary.percentile($0), 1))"
                }.joined(separator: ", "),
        ]
        if !summary.failuresByChannel.isEmpty {
            let channels = summary.failuresByChannel.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            lines.append("  failures by channel: \(channels.joined(separator: ", "))")
        }
        if !summary.disturbances.isEmpty {
            let failed = summary.disturbances.compactMap(\.failure)
            let label = summary.disturbances[0].label
            lines.append(
                "  \(label): \(summary.disturbances.count) times"
                    + (failed.isEmpty ? "" : ", of which \(failed.count) failed: \(failed[0])"))
        }
        if let outside = summary.failuresOutsideKills {
            lines.append("  failures of turns that were not under way at a kill: \(outside)")
        }
        if let audit = summary.audit {
            lines.append(
                "  stored: lost \(audit.lost), doubled \(audit.doubled), out of order \(audit.misordered), "
                    + "conversations that could not be read \(audit.unreadable)")
        }
        lines.append(
            "  generator: \(Self.number(summary.generatorCores * 100, 0)) % of a core, "
                + "late by \(Self.number(summary.generatorLateness, 1)) ms (p99)")
        if let warning = summary.generatorWarning { lines.append("  warning: \(warning)") }
        return lines
    }

    static func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
}
