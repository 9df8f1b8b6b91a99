import Testing

@testable import Server

@Suite("Prometheus' text format")
struct MetricsTextTests {
    @Test func escapesLabelsAndWritesSeconds() {
        var text = MetricsText()
        text.begin("a_total", .counter, "Help.")
        text.sample("a_total", [("route", "a\"b\\c\nd")], .count(3))
        text.histogram("h_seconds", bounds: [1000, 2_500_000], buckets: [1, 2, 3], microseconds: 1_020_300)
        #expect(
            String(decoding: text.bytes, as: UTF8.self) == """
                # HELP a_total Help.
                # TYPE a_total counter
                a_total{route="a\\"b\\\\c\\nd"} 3
                h_seconds_bucket{le="0.001"} 1
                h_seconds_bucket{le="2.5"} 3
                h_seconds_bucket{le="+Inf"} 6
                h_seconds_sum 1.0203
                h_seconds_count 6

                """)
    }
}
