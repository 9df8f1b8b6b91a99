import JSON
import Testing

@testable import Operations

@Suite("The report of a comparison")
struct ComparisonReportTests {
    private func finding(_ number: Int, intent: String = "a<b") -> Finding {
        Finding(
            kind: .story, play: "visit \(number)", route: "POST /x", says: "\"hi\" & <script>alert('é')</script>",
            intent: intent, action: nil, differences: [Difference("/0/text", "<b>\n", Optional<JSON>.none)])
    }

    private func report(_ count: Int) -> ComparisonReport {
        var report = ComparisonReport()
        let play = Play(kind: .story, name: "visit", requests: [.message("hi")])
        for number in 0..<count {
            var outcome = PlayOutcome()
            outcome.findings = [finding(number)]
            outcome.count(.route, "POST /x", differs: true, worst: 0.25)
            outcome.count(.intent, "a<b", differs: true, worst: 0.25)
            report.add(outcome, of: play)
        }
        var equal = PlayOutcome()
        equal.count(.route, "POST /x", differs: false, worst: 0.5)
        equal.count(.intent, "other", differs: false)
        report.add(equal, of: play)
        return report
    }

    @Test("counts what was compared and what differs, and keeps the first of those alike")
    func counts() {
        let report = report(9)
        #expect(report.findings.count == 5 && report.differs && report.conclusion == "9 of 10 plays differ.")
        let route = report.rows(.route).first
        #expect(route?.count.compared == 10 && route?.count.differing == 9 && route?.count.worst == 0.5)
        #expect(self.report(0).conclusion == "Nothing differs in 1 plays." && !self.report(0).differs)
        #expect(ComparisonReport().conclusion == "Nothing was compared.")
    }

    @Test("says on the terminal what differs, and of what agrees only how much it is")
    func text() {
        let lines = ComparisonText.lines(report(1))
        #expect(lines.contains("POST /x         2         1  0.5"))
        #expect(lines.contains("Intents in which nothing differs: 1"))
        #expect(lines.contains("       Rasa    \"<b>\\n\"") && lines.contains("       Parley  (nothing)"))
        #expect(lines.contains { $0.hasPrefix("1. story visit 0: POST /x, ") })
    }

    @Test(
        "shows numbers with two digits",
        arguments: [
            (0, "0"), (1e-12, "below 1e-9"), (0.123456, "0.12"), (0.00098765, "0.00099"), (1, "1.0"), (3e-7, "3e-07"),
        ] as [(Double, String)])
    func numbers(value: Double, text: String) {
        #expect(ComparisonText.number(value) == text)
    }

    @Test("as a page takes every text for text")
    func page() {
        var report = report(1)
        report.notes = ["a < b"]
        report.against = "Rasa at <there>"
        let page = String(decoding: ComparisonPage.bytes(report), as: UTF8.self)
        #expect(!page.contains("<script>") && !page.contains("<there>") && !page.contains("a < b"))
        #expect(page.contains("&lt;script&gt;alert(&#39;é&#39;)&lt;/script&gt;"))
        #expect(page.contains("<td><pre>&quot;&lt;b&gt;\\n&quot;</pre></td><td><pre>(nothing)</pre></td>"))
        #expect(!page.contains("http") && page.hasSuffix("</html>\n"))
    }
}
