import Testing

@testable import LoadTest

@Suite("The report of a load test")
struct ReportTests {
    private func summary(
        _ scenario: Scenario = .steady, url: String = "http://a", cores: Double = 0.1, lost: Bool = false,
        failure: Span? = nil, disturbances: [Disturbance] = []
    ) throws -> RunSummary {
        var tally = Tally(turns: 2, duration: 1)
        tally.record(0, .completed, Span(due: 0, sent: 0, end: 2_000_000))
        tally.record(1, failure == nil ? .completed : .cut, failure ?? Span(due: 0, sent: 0, end: 3_000_000))
        return RunSummary(
            scenario: scenario, target: try #require(Target(url: url)), duration: 1, tally: tally,
            disturbances: disturbances, audit: lost ? Audit(lost: 1) : nil,
            processorTime: ProcessorTime(used: cores, wall: 1))
    }

    @Test("is clean only where nothing failed, nothing is lost and every disturbance took place")
    func verdict() throws {
        #expect(try summary().isClean)
        #expect(try !summary(lost: true).isClean)
        let cut = Span(due: 0, sent: 0, end: 5_000_000)
        #expect(try !summary(failure: cut).isClean)
        let kill = Disturbance(label: "KILL", begin: 1_000_000, end: 6_000_000)
        #expect(try summary(.kill, failure: cut, disturbances: [kill]).isClean)
        let failed = Disturbance(label: "HUP", begin: 0, end: 1, failure: "no")
        #expect(try !summary(.restart, disturbances: [failed]).isClean)
    }

    @Test("warns where the generator was the bottleneck")
    func warning() throws {
        #expect(try summary().generatorWarning == nil)
        #expect(try summary(cores: 0.95).generatorWarning?.contains("95 %") == true)
    }

    @Test("puts two servers side by side in one file that needs no other")
    func html() throws {
        let text = HTML(title: "a < b", runs: [try summary(), try summary(url: "http://b:1/x")]).text
        #expect(text.contains("a &lt; b"))
        #expect(text.contains("<th>http://a:80</th><th>http://b:1/x</th>"))
        #expect(text.matches(of: #/<svg /#).count == 2)
        #expect(text.matches(of: #/<polyline /#).count == 4)
        #expect(!text.contains("src=") && !text.contains("<script") && !text.contains("<link"))
    }

    @Test("has axes that end at 1, 2 or 5 times a power of ten")
    func axes() {
        #expect(Plot.ceiling(0) == 1)
        #expect(Plot.ceiling(3) == 5)
        #expect(Plot.ceiling(70) == 100)
    }
}
