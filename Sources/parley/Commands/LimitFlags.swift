import ArgumentParser
import HTTPServer
import Prefork
import Server

struct LimitFlags: ParsableArguments, Sendable {
    /// What holds where no flag says otherwise.
    private static let server = ServerLimits()

    @Option(
        help: ArgumentHelp(
            "The longest time that a response may take. (default: SANIC_RESPONSE_TIMEOUT, else 3600)",
            valueName: "seconds"))
    var responseTimeout: Int?

    @Option(
        help: ArgumentHelp(
            "The longest time that a request may take to arrive. (default: SANIC_REQUEST_TIMEOUT, else 300)",
            valueName: "seconds"))
    var requestTimeout: Int?

    @Option(
        help: ArgumentHelp(
            "How long a connection stays open between requests. (default: SANIC_KEEP_ALIVE_TIMEOUT, else 120)",
            valueName: "seconds"))
    var keepAliveTimeout: Int?

    @Option(
        help: ArgumentHelp(
            "The size of a request's target and headers. (default: SANIC_REQUEST_MAX_HEADER_SIZE, else 32768)",
            valueName: "bytes"))
    var maxHeaderSize: Int?

    @Option(help: ArgumentHelp("The number of a request's headers.", valueName: "number"))
    var maxHeaders = LimitFlags.server.maxHeaders

    @Option(
        help: ArgumentHelp(
            "The size of a request's body. (default: SANIC_REQUEST_MAX_SIZE, else 100000000 or what memory allows)",
            valueName: "bytes"))
    var maxBodySize: Int?

    @Option(
        help: ArgumentHelp(
            "The length of a message in characters, on every channel; longer ones get 413.", valueName: "number"))
    var maxMessageLength = RequestLimits().messageLength

    @Option(
        help: ArgumentHelp(
            "The size of all bodies that a worker holds at a time. (default: 400000000 or what memory allows)",
            valueName: "bytes"))
    var maxBodiesSize: Int?

    @Option(
        help: ArgumentHelp(
            "Connections of a worker at a time; further ones wait. (default: 10000 or what memory allows)",
            valueName: "number"))
    var maxConnections: Int?

    @Option(
        help: ArgumentHelp(
            "Memory of one training or test that is asked for over HTTP; one that needs more ends with an error. "
                + "(default: half of the machine's, or of the control group's)",
            valueName: "bytes"))
    var maxJobMemory: Int?

    @Option(
        help: ArgumentHelp(
            "Requests after which a worker is replaced, give or take a tenth more. (default: none)",
            valueName: "number"))
    var maxWorkerRequests: Int?

    @Option(
        help: ArgumentHelp(
            "Memory of its own with which a worker is replaced. (default: none)", valueName: "bytes"))
    var maxWorkerMemory: Int?

    @Option(
        help: ArgumentHelp(
            "Requests that a worker handles at a time; further ones get 503.", valueName: "number"))
    var maxRequestsInFlight = LimitFlags.server.requestsInFlight

    @Option(
        help: ArgumentHelp(
            "Messages of a conversation that wait or are being handled; further ones get 503.", valueName: "number"))
    var maxWaitingMessages = RequestLimits().waitingMessages
}

extension LimitFlags {
    /// The same for a worker.
    ///
    /// - Parameters:
    ///   - sanic: What holds where no flag says otherwise.
    ///   - budget: What memory allows where neither says; nil where nothing bounds it.
    /// - Throws: ``BootFailure`` that names a flag whose value cannot be.
    func requestLimits(
        backlog: Int, sanic: SanicVariables = SanicVariables(), budget: MemoryBudget? = nil
    ) throws(BootFailure) -> RequestLimits {
        for (flag, value) in [
            ("--response-timeout", responseTimeout), ("--request-timeout", requestTimeout),
            ("--keep-alive-timeout", keepAliveTimeout), ("--max-header-size", maxHeaderSize),
            ("--max-headers", maxHeaders), ("--max-body-size", maxBodySize),
            ("--max-bodies-size", maxBodiesSize), ("--max-connections", maxConnections),
            ("--max-requests-in-flight", maxRequestsInFlight),
            ("--max-waiting-messages", maxWaitingMessages),
            ("--max-message-length", maxMessageLength),
        ] {
            guard let value, value < 1 else { continue }
            throw BootFailure("\(flag): \(value) would let nothing through; give at least 1", status: ExitStatus.usage)
        }
        var limits = ServerLimits()
        limits.backlog = Int32(clamping: backlog)
        if let time = responseTimeout ?? sanic.responseTimeout { limits.responseTimeout = Self.seconds(time) }
        if let time = requestTimeout ?? sanic.requestTimeout { limits.requestTimeout = Self.seconds(time) }
        if let time = keepAliveTimeout ?? sanic.keepAliveTimeout { limits.keepAliveTimeout = Self.seconds(time) }
        limits.maxHeaderBytes = maxHeaderSize ?? sanic.maxHeaderSize ?? limits.maxHeaderBytes
        limits.maxHeaders = maxHeaders
        limits.maxBodyBytes =
            maxBodySize ?? sanic.maxBodySize ?? min(limits.maxBodyBytes, budget?.maxBodyBytes ?? .max)
        limits.maxBufferedBodyBytes = max(
            maxBodiesSize ?? min(limits.maxBufferedBodyBytes, budget?.maxBufferedBodyBytes ?? .max),
            limits.maxBodyBytes)
        if let budget { limits.maxJSONValues = budget.maxJSONValues }
        // Accepting more than the system allows would fail over and over.
        limits.connections = min(
            maxConnections ?? min(limits.connections, budget?.connections ?? .max), max(1, OpenFiles.connections))
        limits.requestsInFlight = maxRequestsInFlight
        var all = RequestLimits()
        all.server = limits
        all.waitingMessages = maxWaitingMessages
        all.messageLength = maxMessageLength
        all.memory = budget
        return all
    }

    /// With less a worker would be replaced as soon as it has a model.
    private static let minWorkerMemory = 64 << 20

    /// What a worker may do and take before it is replaced.
    ///
    /// - Throws: ``BootFailure`` that names a flag whose value cannot be.
    func workerLimits() throws(BootFailure) -> WorkerLimits {
        for (flag, value, minimum) in [
            ("--max-worker-requests", maxWorkerRequests, 1),
            ("--max-worker-memory", maxWorkerMemory, Self.minWorkerMemory),
        ] {
            guard let value, value < minimum else { continue }
            throw BootFailure(
                "\(flag): \(value) would have workers replaced all the time; give \(minimum) at least",
                status: ExitStatus.usage)
        }
        var limits = WorkerLimits()
        limits.maxRequests = maxWorkerRequests
        limits.maxMemory = maxWorkerMemory
        return limits
    }

    /// A century is as good as for ever, and does not overflow when it is added to a clock.
    private static func seconds(_ count: Int) -> Duration {
        .seconds(min(count, 100 * 365 * 86_400))
    }
}
