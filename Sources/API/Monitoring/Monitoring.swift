/// What those who watch a server are told. Both are called on the event loop, for every request, and must not wait.
package struct Monitoring: Sendable {
    package let health: @Sendable () -> ServerHealth
    /// The metrics of the whole server, in Prometheus' text format.
    package let metrics: @Sendable () -> [UInt8]

    package init(health: @escaping @Sendable () -> ServerHealth, metrics: @escaping @Sendable () -> [UInt8]) {
        self.health = health
        self.metrics = metrics
    }
}
