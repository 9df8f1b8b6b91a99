/// Counts what a worker's server does, and decides whether it takes more connections. Called on the event loop.
package protocol ServerObserver: Sendable {
    /// The number of open connections changed.
    func connectionsChanged(to count: Int)
    /// The number of requests whose answers are being made changed.
    func requestsInFlightChanged(to count: Int)
    /// A request was answered, or given up because it took too long.
    func requestAnswered(status: Int)
    /// Whether the worker should accept further connections now; asked before every accept, and while the answer is
    /// no, again after a moment and whenever a connection closes.
    func shouldAccept() -> Bool
}

/// Counts nothing and takes every connection.
package struct NoObserver: ServerObserver {
    /// The only one there is.
    package init() {}
    /// Nothing happens.
    package func connectionsChanged(to count: Int) {}
    /// Nothing happens.
    package func requestsInFlightChanged(to count: Int) {}
    /// Nothing happens.
    package func requestAnswered(status: Int) {}
    /// Always.
    package func shouldAccept() -> Bool { true }
}
