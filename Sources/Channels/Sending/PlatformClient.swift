import Encodings
import JSON
import Logging
import WebClient

/// Sends what goes out to a platform: a few times where it does not get through, then it is logged and given up.
struct PlatformClient: Sendable {
    /// How often a call is made at most, where its maker says nothing else.
    static let attempts = 3
    /// The longest pause that a platform is given before the next attempt: the turn waits meanwhile.
    private static let maxPause = Duration.seconds(10)

    /// A request that waits for a platform's keys must not wait much longer than the platform waits for it.
    private static let patience = Duration.seconds(4)

    let httpClient: OutboundHTTPClient
    let logger: Logger
    /// Whether a status means that the same call may get through later.
    private let isTransient: @Sendable (Int) -> Bool

    /// - Parameter httpClient: Makes the calls, where it is not the worker's own.
    init(_ context: ChannelContext, channel: String, httpClient: OutboundHTTPClient? = nil) {
        self.init(httpClient ?? context.httpClient, channel: channel) { [429, 502, 503, 504].contains($0) }
    }

    init(_ httpClient: OutboundHTTPClient, channel: String, isTransient: @escaping @Sendable (Int) -> Bool) {
        self.httpClient = httpClient
        self.isTransient = isTransient
        logger = Logger(label: "parley.channel.\(channel)")
    }

    /// Sends JSON by POST.
    ///
    /// - Parameter attempts: How often at most.
    @discardableResult
    func post(
        _ body: JSON, to url: String, headers: [(name: String, value: String)] = [],
        attempts: Int = PlatformClient.attempts
    ) async -> EndpointResponse? {
        await send(
            OutboundHTTPClient.Call(
                "POST", url, headers: [("content-type", "application/json; charset=utf-8")] + headers,
                body: body.encoded()), attempts: attempts)
    }

    /// Asks for JSON by GET; nil where there is none.
    func json(at url: String) async -> JSON? {
        let call = OutboundHTTPClient.Call("GET", url, timeout: PlatformClient.patience)
        return await send(call).flatMap { try? JSON(parsing: $0.body) }
    }

    @discardableResult
    func post(
        form fields: [(name: String, value: String)], to url: String, headers: [(name: String, value: String)] = []
    ) async -> EndpointResponse? {
        let body = fields.map { "\(Percent.encode($0.name))=\(Percent.encode($0.value))" }.joined(separator: "&")
        return await send(
            OutboundHTTPClient.Call(
                "POST", url, headers: [("content-type", "application/x-www-form-urlencoded")] + headers,
                body: Array(body.utf8)))
    }

    /// Makes a call with what the platform gave the bot to show; where it does not know that any more (401), with
    /// another one.
    ///
    /// - Parameters:
    ///   - pass: What there is to show, asked for where there is none; nil where the platform gives none.
    ///   - forget: Drops what the platform does not know any more.
    func send<Pass>(
        _ call: (Pass) -> OutboundHTTPClient.Call, with pass: () async -> Pass?, forget: () -> Void
    ) async {
        guard let first = await pass(), await send(call(first), handingBack: 401)?.status == 401 else { return }
        forget()
        if let second = await pass() { await send(call(second)) }
    }

    /// Makes a call. What was not understood, or not answered in time, is not said again; what did not get through,
    /// or met a server that is busy, is.
    ///
    /// - Parameters:
    ///   - status: A status that is no failure to the caller.
    ///   - attempts: How often it is made at most.
    ///   - facts: What the log says of the call, beside where it went.
    /// - Returns: The response where the platform accepted the call, or has this status; else nil.
    @discardableResult
    func send(
        _ call: OutboundHTTPClient.Call, handingBack status: Int? = nil, attempts: Int = PlatformClient.attempts,
        facts: Logger.Metadata = [:]
    ) async -> EndpointResponse? {
        var pause = Duration.milliseconds(200)
        for attempt in 1...attempts {
            var next = pause
            let problem: String
            do {
                let response = try await httpClient.send(call)
                if response.isSuccess || response.status == status { return response }
                problem = "status \(response.status): \(String(decoding: response.body.prefix(300), as: UTF8.self))"
                guard isTransient(response.status) else {
                    logger.error(
                        "The platform refused a call",
                        metadata: facts.merging(["at": "\(call.origin)", "problem": "\(problem)"]) { $1 })
                    return nil
                }
                if let asked = response.retryAfter { next = min(max(asked, pause), PlatformClient.maxPause) }
            } catch {
                problem = "\(error)"
                // The platform may have taken it: said again, users might see it twice.
                guard error.code != .timedOut else {
                    logger.error(
                        "The platform did not respond in time; the call is abandoned",
                        metadata: facts.merging(["at": "\(call.origin)"]) { $1 })
                    return nil
                }
            }
            guard attempt < attempts else {
                logger.error(
                    "A call to the platform failed and is abandoned",
                    metadata: facts.merging(
                        ["at": "\(call.origin)", "attempts": "\(attempt)", "problem": "\(problem)"]) { $1 })
                return nil
            }
            logger.warning(
                "A call to the platform failed and is retried",
                metadata: facts.merging(
                    ["at": "\(call.origin)", "attempt": "\(attempt)", "problem": "\(problem)"]) { $1 })
            await httpClient.pause(next)
            pause *= 4
        }
        return nil
    }
}
