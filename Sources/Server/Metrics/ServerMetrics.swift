import API
import Assistant
import ExactText
import Prefork

/// The metrics of the whole server, as any of its workers tells them.
struct ServerMetrics: Sendable {
    private let scoreboard: Scoreboard
    private let context: WorkerContext
    private let version: String
    private let health: WorkerHealth

    init(_ context: WorkerContext, version: String, health: WorkerHealth) {
        scoreboard = context.scoreboard
        self.context = context
        self.version = version
        self.health = health
    }

    /// In Prometheus' text format. On the event loop.
    func page() -> [UInt8] {
        var text = MetricsText()
        addRequests(&text)
        addTurns(&text)
        addStoresAndEvents(&text)
        addModels(&text)
        addProcesses(&text)
        addLoops(&text)
        return text.bytes
    }

    private static let statusClasses = ["1xx", "2xx", "3xx", "4xx", "5xx"]

    private func addRequests(_ text: inout MetricsText) {
        let all = scoreboard.requests.totals(used: scoreboard.used).map { name, totals in
            let words = name.exact.split(separator: " ", maxSplits: 1)
            let labels = words.count == 2 ? (String(words[0]), String(words[1])) : ("other", "other")
            return ([("method", labels.0), ("route", labels.1)], totals)
        }
        let (count, time) = ("parley_http_requests_total", "parley_http_request_duration_seconds")
        text.begin(count, .counter, "Requests that have a response, by route and class of status.")
        for (labels, totals) in all {
            for (code, ends) in zip(Self.statusClasses, totals.ends) where ends > 0 {
                text.sample(count, labels + [("code", code)], .count(ends))
            }
        }
        text.begin(time, .histogram, "From a request's last byte to its response.")
        for (labels, totals) in all where totals.ends.contains(where: { $0 > 0 }) {
            text.histogram(
                time, labels, bounds: HistogramBoard.bounds, buckets: totals.buckets, microseconds: totals.microseconds)
        }
        text.add(
            "parley_http_requests_in_flight", .gauge, "Requests whose responses are being made.",
            scoreboard.total(of: .requestsInFlight))
        text.add("parley_http_connections", .gauge, "Open connections.", scoreboard.total(of: .connections))
        text.add(
            "parley_http_connections_accepted_total", .counter, "Connections that were accepted.",
            scoreboard.total(of: .connectionsAccepted))
        let queues = context.listeners.compactMap(\.queue)
        guard !health.current.isDraining, context.slot.value(of: .serving) == 1, !queues.isEmpty else { return }
        text.add(
            "parley_listen_queue_connections", .gauge, "Connections that wait to be accepted.",
            queues.reduce(0) { $0 + $1.waiting })
        text.add(
            "parley_listen_queue_limit_connections", .gauge, "Connections that may wait to be accepted.",
            queues.reduce(0) { $0 + $1.limit })
    }

    private func addTurns(_ text: inout MetricsText) {
        let totals = scoreboard.turns.totals(used: scoreboard.used).first?.totals ?? HistogramBoard.Totals()
        let (count, time) = ("parley_turns_total", "parley_turn_duration_seconds")
        text.begin(count, .counter, "Messages of users that were handled, by how their turns ended.")
        for outcome in TurnOutcome.allCases {
            text.sample(count, [("outcome", outcome.label)], .count(totals.ends[outcome.rawValue]))
        }
        text.begin(time, .histogram, "From a message's arrival to the end of its turn, the wait for others included.")
        text.histogram(
            time, bounds: HistogramBoard.bounds, buckets: totals.buckets, microseconds: totals.microseconds)
        text.add(
            "parley_leases_lost_total", .counter, "Leases that ended under a turn.",
            scoreboard.total(of: .leasesLost))
        text.add(
            "parley_late_writers_refused_total", .counter, "Writes that a store refused since another came first.",
            scoreboard.total(of: .lateWritersRefused))
    }

    private func addStoresAndEvents(_ text: inout MetricsText) {
        let away = "parley_workers_without_store"
        text.begin(away, .gauge, "Workers for which a store is away.")
        text.sample(away, [("store", "lock_store")], .count(scoreboard.total(of: .lockStoreAway)))
        text.sample(away, [("store", "tracker_store")], .count(scoreboard.total(of: .trackerStoreAway)))
        text.add(
            "parley_outbox_events", .gauge, "Events that wait for the broker.",
            scoreboard.maximum(of: .eventsWaiting))
        text.add(
            "parley_events_published_total", .counter, "Events that the broker has confirmed.",
            scoreboard.total(of: .eventsPublished))
        text.add(
            "parley_events_refused_total", .counter, "Events that the broker will never take.",
            scoreboard.total(of: .eventsRefused))
    }

    private func addModels(_ text: inout MetricsText) {
        text.add(
            "parley_model_loaded_timestamp_seconds", .gauge, "When the model in use was loaded; 0 without a model.",
            scoreboard.value(of: .modelLoadedAt))
        text.add(
            "parley_model_swaps_total", .counter, "Models that took another's place.",
            scoreboard.total(of: .modelsSwapped))
        text.add(
            "parley_models_refused_total", .counter, "Models that were asked for, or looked for, and are not used.",
            scoreboard.total(of: .modelsRefused))
        text.add("parley_trainings", .gauge, "Trainings that requests wait for.", scoreboard.total(of: .trainings))
    }

    private func addProcesses(_ text: inout MetricsText) {
        let build = "parley_build_info"
        text.begin(build, .gauge, "1, with the version.")
        text.sample(build, [("version", version)], .count(1))
        text.add(
            "parley_start_timestamp_seconds", .gauge, "When the server was started.",
            scoreboard.value(of: .startedAt))
        text.add("parley_workers", .gauge, "Workers that serve.", scoreboard.total(of: .serving))
        text.add(
            "parley_worker_restarts_total", .counter, "Workers that ended unasked.",
            scoreboard.total(of: .workersRestarted))
        text.add(
            "parley_generation", .gauge, "The number of the present set of workers, from 1.",
            scoreboard.value(of: .generation))
        text.add(
            "parley_log_lines_dropped_total", .counter, "Log lines whose readers were too slow.",
            scoreboard.total(of: .logLinesDropped))
    }

    private func addLoops(_ text: inout MetricsText) {
        let over = [Scoreboard.Counter.lagOver20, .lagOver50, .lagOver250, .lagOver1000].map {
            scoreboard.total(of: $0)
        }
        // The counters are read one after the other while workers count; no bucket may be negative.
        let samples = max(scoreboard.total(of: .lagSamples), over[0])
        let lag = "parley_loop_lag_seconds"
        text.begin(lag, .histogram, "By how much a timer of a worker's event loop was late.")
        text.histogram(
            lag, bounds: [20_000, 50_000, 250_000, 1_000_000],
            buckets: [
                samples - over[0], max(0, over[0] - over[1]), max(0, over[1] - over[2]), max(0, over[2] - over[3]),
                over[3],
            ], microseconds: scoreboard.total(of: .lagMicroseconds))
        text.begin("parley_loop_lag_max_seconds", .gauge, "The worst delay of a living worker's event loop.")
        text.sample(
            "parley_loop_lag_max_seconds", .microseconds(max(0, scoreboard.maximum(of: .worstLag))))
    }
}

extension TurnOutcome {
    fileprivate var label: String {
        switch self {
        case .stored: "stored"
        case .refused: "refused"
        case .failed: "failed"
        case .leaseLost: "lease_lost"
        case .unknown: "unknown"
        }
    }
}
