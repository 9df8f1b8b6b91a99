import HTTPServer
import JSON

/// The routes for load balancers, orchestrators and Prometheus.
struct MonitoringRoutes: Sendable {
    let monitoring: Monitoring

    /// `GET /health/live` and `GET /health/ready`: without a token, whatever else is enabled, since those who ask can
    /// give none, and nothing is told but whether parts work.
    var health: [Route] {
        [
            // That it responds is the response: what it needs may be away, and a restart would not bring it back.
            Route(
                .get, "/health/live",
                handler: .atOnce { [health = monitoring.health] _ in .json(health().json("live", true).encoded()) }),
            Route(
                .get, "/health/ready",
                handler: .atOnce { [health = monitoring.health] _ in
                    let state = health()
                    return .json(
                        state.json("ready", state.isReady).encoded(),
                        status: state.isReady ? .ok : .serviceUnavailable)
                }),
        ]
    }

    /// `GET /metrics`.
    ///
    /// - Parameter access: Asks for what the API asks for; nil lets everybody in who reaches the port.
    func metrics(_ access: Access?) -> Route {
        let handler: @Sendable (RoutedRequest) -> HTTPResponse = { [metrics = monitoring.metrics] _ in
            HTTPResponse(status: .ok, contentType: Self.textFormat, body: .bytes(metrics()))
        }
        return access?.route(.get, Self.metricsPath, needsModel: false, atOnce: handler)
            ?? Route(.get, Self.metricsPath, handler: .atOnce(handler))
    }

    private static let metricsPath = "/metrics"
    private static let textFormat = "text/plain; version=0.0.4; charset=utf-8"
}
