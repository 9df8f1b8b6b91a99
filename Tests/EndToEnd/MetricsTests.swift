import EndToEndSupport
import Foundation
import TestSupport
import Testing

@Suite("Metrics are those of the whole server", .ownThread)
struct MetricsTests {
    /// The samples by their names with labels.
    private func samples(_ response: HTTPResponse) -> [String: Double] {
        var samples: [String: Double] = [:]
        for line in response.text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " ") else { continue }
            samples[String(line[..<space])] = Double(line[line.index(after: space)...])
        }
        return samples
    }

    private let turns = #"parley_http_requests_total{method="POST",route="/webhooks/rest/webhook",code="2xx"}"#
    private let stored = #"parley_turns_total{outcome="stored"}"#

    @Test("whichever of two workers is asked, and what a killed one has counted stays")
    func sums() throws {
        let redis = try RedisServer()
        let server = try ParleyServer([], workers: 2, redis: redis)
        for index in 0..<20 { #expect(try server.say("hello", as: "sender \(index)").status == 200) }
        func metrics() throws -> [String: Double] { samples(try server.call("GET", "/metrics")) }
        for _ in 0..<10 {
            let seen = try metrics()
            #expect(seen[turns] == 20)
            #expect(seen[stored] == 20)
            #expect(seen["parley_turn_duration_seconds_count"] == 20)
            #expect(seen["parley_turn_duration_seconds_bucket{le=\"+Inf\"}"] == 20)
            #expect(seen["parley_workers"] == 2)
        }
        let victim = try #require(server.workers.first)
        kill(victim, SIGKILL)
        #expect(try eventually { try metrics()["parley_worker_restarts_total"] == 1 })
        #expect(try eventually { try metrics()["parley_workers"] == 2 })
        #expect(try metrics()[turns] == 20)
        for index in 0..<20 { #expect(try server.say("hello", as: "sender \(index)").status == 200) }
        for _ in 0..<10 { #expect(try metrics()[turns] == 40) }
        #expect(try metrics()["parley_generation"] == 1)
        #expect(try metrics()["parley_model_loaded_timestamp_seconds"] ?? 0 > 1_600_000_000)
    }

    @Test("behind the server's token where there is one, and unknown paths share a series")
    func access() throws {
        let server = try ParleyServer(["--auth-token", "secret"])
        #expect(try server.call("GET", "/metrics").status == 401)
        for index in 0..<30 { #expect(try server.call("GET", "/nothing/\(index)").status == 404) }
        let response = try server.call("GET", "/metrics?token=secret")
        #expect(response.status == 200)
        #expect(response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(samples(response)[#"parley_http_requests_total{method="other",route="other",code="4xx"}"#] == 30)
        #expect(!response.text.contains("/nothing"))
        #expect(samples(response)[#"parley_http_requests_total{method="GET",route="/metrics",code="4xx"}"#] == 1)
    }
}
