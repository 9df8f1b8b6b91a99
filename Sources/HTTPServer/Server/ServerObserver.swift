/// Counts what a worker's server does, and decides whether it takes more connections. Called on the event loop.
package protocol ServerObserver: Sendable {
    func connectionsChanged(to count: Int)
    /// The number of requests whose responses are being made changed.
    func requestsInFlightChanged(to count: Int)
    /// A request was answered, or given up because it took too long.
    func requestCompleted(_ request: CompletedRequest)
    /// Whether the worker should accept further connections now; asked before every accept, and while the response is
    /// no, again after a moment and whenever a connection closes.
    ///
    /// - Parameter isAwaited: Looks whether a connection waits to be accepted.
    func shouldAccept(isAwaited: () -> Bool) -> Bool
    /// Whether there is too little memory for one more request.
    var isShortOfMemory: Bool { get }
}

extension ServerObserver {
    /// No.
    package var isShortOfMemory: Bool { false }
}

package struct CompletedRequest: Sendable, Hashable {
    /// The number of the request's route, from 1; 0 for those that have none.
    package let route: Int
    package let status: Int
    /// From the request's last byte to its response.
    package let microseconds: Int
}

/// Counts nothing and takes every connection.
package struct NoObserver: ServerObserver {
    package init() {}
    package func connectionsChanged(to count: Int) {}
    package func requestsInFlightChanged(to count: Int) {}
    package func requestCompleted(_ request: CompletedRequest) {}
    package func shouldAccept(isAwaited: () -> Bool) -> Bool { true }
}
