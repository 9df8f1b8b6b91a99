import HTTPServer
import Prefork

/// What one worker accepts, from the flags.
struct LimitConfiguration: Sendable {
    /// What its HTTP server accepts.
    let server: ServerLimits
    /// Messages of one conversation that wait or are being answered.
    let waitingMessages: Int
    /// Characters of a message.
    let messageLength: Int

    /// - Throws: ``BootFailure`` that names a flag or variable whose value cannot be.
    init(_ flags: LimitFlags, backlog: Int, environment: Environment = Environment()) throws(BootFailure) {
        // The variables of Rasa's web framework.
        let defaultTimeout = try environment.number("SANIC_REQUEST_TIMEOUT", minimum: 1, fallback: 300)
        let defaultBodySize = try environment.number("SANIC_REQUEST_MAX_SIZE", minimum: 1, fallback: 100_000_000)
        let requestTimeout = flags.requestTimeout ?? defaultTimeout
        let bodySize = flags.maxBodySize ?? defaultBodySize
        for (flag, value) in [
            ("--response-timeout", flags.responseTimeout), ("--request-timeout", requestTimeout),
            ("--keep-alive-timeout", flags.keepAliveTimeout), ("--max-header-size", flags.maxHeaderSize),
            ("--max-headers", flags.maxHeaders), ("--max-body-size", bodySize),
            ("--max-bodies-size", flags.maxBodiesSize), ("--max-connections", flags.maxConnections),
            ("--max-requests-in-flight", flags.maxRequestsInFlight),
            ("--max-waiting-messages", flags.maxWaitingMessages),
            ("--max-message-length", flags.maxMessageLength),
        ] where value < 1 {
            throw BootFailure("\(flag): \(value) would let nothing through; give 1 at least", status: ExitStatus.usage)
        }
        var limits = ServerLimits()
        limits.backlog = Int32(clamping: backlog)
        limits.responseTimeout = Self.seconds(flags.responseTimeout)
        limits.requestTimeout = Self.seconds(requestTimeout)
        limits.keepAliveTimeout = Self.seconds(flags.keepAliveTimeout)
        limits.maxHeaderBytes = flags.maxHeaderSize
        limits.headFields = flags.maxHeaders
        limits.bodyBytes = bodySize
        limits.maxBufferedBodyBytes = max(flags.maxBodiesSize, bodySize)
        // Accepting more than the system allows would fail over and over.
        limits.connections = min(flags.maxConnections, max(1, OpenFiles.connections))
        limits.requestsInFlight = flags.maxRequestsInFlight
        server = limits
        waitingMessages = flags.maxWaitingMessages
        messageLength = flags.maxMessageLength
    }

    /// A century is as good as for ever, and does not overflow when it is added to a clock.
    private static func seconds(_ count: Int) -> Duration {
        .seconds(min(count, 100 * 365 * 86_400))
    }
}
