/// What one worker accepts, and how long it waits.
package struct ServerLimits: Sendable, Hashable {
    /// Bytes of a request's target and headers together. More is answered by 431.
    package var maxHeaderBytes = 32 * 1024
    /// Number of a request's headers.
    package var maxHeaders = 128
    /// Bytes of a request's body; more is answered by 413. Sanic's default, on which Rasa runs.
    package var maxBodyBytes = 100_000_000
    /// Bytes of all bodies that are in memory: those of requests until their responses are made, whether or not their
    /// clients still wait, and those of large responses until their clients have taken them. More is answered by 503.
    package var maxBufferedBodyBytes = 400_000_000
    /// Values in the JSON of one body: a value takes many times the memory of its text. More is answered by 413.
    package var maxJSONValues = HTTPRequest.maxJSONValues
    /// Requests whose responses are being made by tasks, at a time. More are answered by 503.
    package var requestsInFlight = 5000
    /// From the first byte of a request, or from the opening of its connection, to its last byte. Longer is answered
    /// by 408. Rasa's `--request-timeout`.
    package var requestTimeout: Duration = .seconds(300)
    /// From the opening of an encrypted connection to the end of its handshake. Longer closes it.
    package var handshakeTime: Duration = .seconds(20)
    /// From the last byte of a request to the last byte of its response. Longer cancels the request's task and is
    /// answered by 503, or by an end of the connection where the response has begun. Rasa's `--response-timeout`.
    package var responseTimeout: Duration = .seconds(3600)
    /// How long a connection stays open without a request, or without taking anything of a streamed response. Rasa's
    /// default.
    package var keepAliveTimeout: Duration = .seconds(120)
    /// How long a connection whose last response is given waits for the client to close, so that the response is not
    /// lost.
    package var lingerTime: Duration = .seconds(5)
    /// How long a server that ends waits for the rest of requests whose beginning has come.
    package var restTime: Duration = .seconds(2)
    /// Connections at a time, give or take a few that are accepted together; further ones wait in the listening
    /// socket's backlog.
    package var connections = 10_000
    /// Length of the listening socket's backlog. Rasa's `SANIC_BACKLOG`.
    package var backlog: Int32 = 100

    package init() {}
}
