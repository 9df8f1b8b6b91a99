/// What one worker accepts, and how long it waits.
package struct ServerLimits: Sendable, Hashable {
    /// Bytes of a request's target and headers together. More is answered by 431.
    package var maxHeaderBytes = 32 * 1024
    /// Number of a request's headers.
    package var headFields = 128
    /// Bytes of a request's body; more is answered by 413. Sanic's default, on which Rasa runs.
    package var bodyBytes = 100_000_000
    /// Bytes of all bodies that are in memory: those of requests until their answers are made, whether or not their
    /// clients still wait, and those of large answers until their clients have taken them. More is answered by 503.
    package var maxBufferedBodyBytes = 400_000_000
    /// Requests whose answers are being made by tasks, at a time. More are answered by 503.
    package var requestsInFlight = 5000
    /// From the first byte of a request, or from the opening of its connection, to its last byte. Longer is answered
    /// by 408. Rasa's `--request-timeout`.
    package var requestTimeout: Duration = .seconds(300)
    /// From the opening of an encrypted connection to the end of its handshake. Longer closes it.
    package var handshakeTime: Duration = .seconds(20)
    /// From the last byte of a request to the last byte of its answer. Longer cancels the request's task and is
    /// answered by 503, or by an end of the connection where the answer has begun. Rasa's `--response-timeout`.
    package var responseTimeout: Duration = .seconds(3600)
    /// How long a connection stays open without a request, or without taking anything of a streamed answer. Rasa's
    /// default.
    package var keepAliveTimeout: Duration = .seconds(120)
    /// How long a connection whose last answer is given waits for the client to close, so that the answer is not lost.
    package var lingerTime: Duration = .seconds(5)
    /// Connections at a time, give or take a few that are accepted together; further ones wait in the listening
    /// socket's backlog.
    package var connections = 10_000
    /// Length of the listening socket's backlog. Rasa's `SANIC_BACKLOG`.
    package var backlog: Int32 = 100

    /// The defaults.
    package init() {}
}
