package import Channels
package import HTTPServer
import Logging

/// Handles the requests of the HTTP API and of the channels: finds the route, words errors, adds CORS headers, logs.
package struct APIResponder: Responder {
    private let router: Router
    /// What the routes are called in metrics: method and path, in the order of their numbers, from 1.
    package let routeNames: [String]
    private let cors: CORS
    private let logger = Logger(label: "parley.http")

    /// A responder over an assistant's conversations.
    ///
    /// - Parameters:
    ///   - monitoring: What those are told who watch the server; nil for a server that nobody watches.
    ///   - hasMetrics: Whether metrics are told here, and not at a port of their own.
    /// - Throws: ``CORSError`` where an origin is no valid pattern.
    package init(
        service: some ConversationService, models: some ModelReloader, jobs: some BackgroundJobs,
        channels: [any Channel], options: APIOptions, monitoring: Monitoring? = nil, hasMetrics: Bool = true
    ) throws(CORSError) {
        cors = try CORS(origins: options.corsOrigins)
        var routes = APIResponder.routes(
            service: service, models: models, jobs: jobs, channels: channels, options: options)
        if let monitoring {
            let watched = MonitoringRoutes(monitoring: monitoring)
            routes += watched.health
            if hasMetrics { routes.append(watched.metrics(Access(options, service: service))) }
        }
        router = Router(routes)
        routeNames = Self.names(of: routes)
    }

    /// A responder for the management port: health and metrics for everybody who reaches it, and the model for those
    /// whom the API lets in, whether or not the API itself is there.
    package init(
        management monitoring: Monitoring, service: some ConversationService, models: some ModelReloader,
        jobs: some BackgroundJobs, options: APIOptions
    ) throws(CORSError) {
        cors = try CORS(origins: [])
        let watched = MonitoringRoutes(monitoring: monitoring)
        let access = Access(options, service: service)
        let models = ModelRoutes(service: service, access: access, models: models, jobs: jobs)
        let routes = watched.health + [watched.metrics(nil)] + models.exchange
        router = Router(routes)
        routeNames = Self.names(of: routes)
    }

    private static func names(of routes: [Route]) -> [String] { routes.map { "\($0.method) \($0.path)" } }

    static func routes(
        service: some ConversationService, models: some ModelReloader, jobs: some BackgroundJobs,
        channels: [any Channel],
        options: APIOptions
    ) -> [Route] {
        var routes = [OpenRoutes.root(version: options.version)]
        if options.isEnabled {
            let access = Access(options, service: service)
            routes.append(OpenRoutes.version(options.version))
            routes += ModelRoutes(service: service, access: access, models: models, jobs: jobs).all
            routes += ConversationRoutes(service: service, access: access, outputs: OutputChannels(channels)).all
            routes += JobRoutes(jobs: jobs, access: access, offload: service.offload).all
        }
        routes += channels.flatMap(\.routes)
        if options.isEnabled { routes.append(OpenRoutes.description(of: routes, options)) }
        return routes
    }

    package func route(_ request: inout HTTPRequest) { request.match = match(request) }

    private func match(_ request: HTTPRequest) -> Router.Match {
        request.match ?? router.match(request.method, request.path)
    }

    /// Handles what needs no waiting.
    package func respondAtOnce(to request: HTTPRequest) -> HTTPResponse? {
        guard request.method != .options else { return cors.preflightResponse(request) }
        switch match(request) {
        case .route(let route, let parameter):
            guard case .atOnce(let handler) = route.handler else { return nil }
            let response: HTTPResponse
            do {
                try route.check(request)
                response = try handler(RoutedRequest(request: request, parameter: parameter))
            } catch {
                response = word(error, request)
            }
            return finish(response, request)
        case .wrongMethod(let allowed):
            return finish(
                APIError.methodNotAllowed(request.method, request.path, allowed: allowed).response, request)
        case .nothing: return finish(APIError.notFound(request.path).response, request)
        }
    }

    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard case .route(let route, let parameter) = match(request),
            case .task(let handler) = route.handler
        else { return respondAtOnce(to: request) ?? APIError.unexpected.response }
        var response: HTTPResponse
        do {
            try route.check(request)
            response = try await handler(RoutedRequest(request: request, parameter: parameter))
        } catch {
            response = word(error, request)
        }
        if case .stream(let produce) = response.body {
            response.body = .stream { writer in
                do {
                    try await produce(writer)
                } catch {
                    throw wordedError(error, request)
                }
            }
        }
        return finish(response, request)
    }

    private func finish(_ response: HTTPResponse, _ request: HTTPRequest) -> HTTPResponse {
        // The path only: the query may hold a token.
        logger.debug(
            "request completed",
            metadata: [
                "method": "\(request.method)", "path": "\(request.path)", "status": "\(response.status.code)",
            ])
        return cors.adding(to: response, for: request)
    }

    private func word(_ error: any Error, _ request: HTTPRequest) -> HTTPResponse {
        wordedError(error, request).response
    }

    private func wordedError(_ error: any Error, _ request: HTTPRequest) -> APIError {
        let worded = APIError(wording: error)
        if worded.status.code >= 500, worded.status != .notImplemented {
            logger.error(
                "request failed",
                metadata: [
                    "method": "\(request.method)", "path": "\(request.path)", "status": "\(worded.status.code)",
                    "error": "\(error)",
                ])
        }
        return worded
    }
}
