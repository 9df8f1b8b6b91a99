import API
import Assistant
import HTTPServer
import Prefork

/// What responds at a worker's sockets.
struct WorkerResponders: Sendable {
    let main: APIResponder
    /// Health, metrics, and the exchange of the model.
    let management: APIResponder

    /// Few come there, and nobody is to hold memory of clients' through it.
    static let managementLimits: ServerLimits = {
        var limits = ServerLimits()
        limits.connections = 100
        limits.requestsInFlight = 100
        limits.maxBodyBytes = 1 << 20
        limits.maxBufferedBodyBytes = 8 << 20
        // Nobody who asks for health is to wait long for clients that send half a request and no more.
        limits.requestTimeout = .seconds(5)
        return limits
    }()

    /// - Throws: ``BootFailure`` where an origin of `--cors` is no pattern.
    init(
        _ conversations: Conversations, _ models: some ModelReloader, _ jobs: WorkerJobs, _ channels: WorkerChannels,
        _ settings: RunSettings, monitoring: Monitoring
    ) throws(BootFailure) {
        var options = APIOptions(version: settings.version)
        options.isEnabled = settings.hasAPI
        options.token = settings.token
        options.webTokens = settings.webTokens
        options.corsOrigins = settings.corsOrigins
        do {
            main = try APIResponder(
                service: conversations, models: models, jobs: jobs, channels: channels.channels, options: options,
                monitoring: monitoring, hasMetrics: settings.management == nil)
            management = try APIResponder(
                management: monitoring, service: conversations, models: models, jobs: jobs, options: options)
        } catch {
            throw BootFailure("\(error)", status: ExitStatus.configuration)
        }
    }
}
