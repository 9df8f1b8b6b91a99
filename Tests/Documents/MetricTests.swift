import Foundation
import Testing

@Suite("The metrics")
struct MetricTests {
    private static func names(in file: String, _ pattern: Regex<(Substring, Substring)>) throws -> Set<String> {
        Set(try Checkout.text(file).matches(of: pattern).map { String($0.1) })
    }

    private static func known() throws -> Set<String> {
        try names(in: "Sources/Server/Metrics/ServerMetrics.swift", #/"(parley_\w+)"/#)
    }

    @Test("are those of the table in Monitoring.md")
    func table() throws {
        let rows = try Checkout.rows(
            of: "\(Checkout.catalog)/Monitoring.md", below: ["Metric", "Type", "Labels", "Meaning"])
        #expect(Set(rows.compactMap { Checkout.codes(in: $0[0]).first }) == (try Self.known()))
    }

    @Test("that dashboard and alerts name are there", arguments: ["dashboard.json", "alerts.yml", "alerts.test.yml"])
    func uses(file: String) throws {
        let known = try Self.known()
        for name in try Self.names(in: "deploy/prometheus/\(file)", #/\b(parley_\w+)/#) {
            let parts = ["_bucket", "_sum", "_count"].filter { name.hasSuffix($0) }
            #expect(
                known.contains(name) || parts.contains { known.contains(String(name.dropLast($0.count))) }, "\(name)")
        }
    }

    @Test("have a paragraph for each alert")
    func alerts() throws {
        let alerts = try Self.names(in: "deploy/prometheus/alerts.yml", #/alert: (\w+)/#)
        #expect(alerts.count > 10)
        #expect(try Self.names(in: "\(Checkout.catalog)/Alerts.md", #/(?m)^## (\w+)$/#) == alerts)
    }
}
