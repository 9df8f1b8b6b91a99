package import Channels
package import HTTPServer
import Logging

/// Answers the requests of the HTTP API and of the channels: finds the route, words errors, adds CORS headers, logs.
package struct APIResponder: Responder {
    private let router: Router
    private let cors: CORS
    private let logger = Logger(label: "parley.http")

    /// A responder over an assistant's conversations.
    ///
    /// - Throws: ``CORSError`` where an origin is no valid pattern.
    package init(
        service: some ConversationService, models: some ModelReloader, jobs: some BackgroundJobs,
        channels: [any Channel],
        options: APIOptions
    ) throws(CORSError) {
        cors = try CORS(origins: options.corsOrigins)
        router = Router(
            APIResponder.routes(service: service, models: models, jobs: jobs, channels: channels, options: options))
    }

    /// All that is served.
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

    /// Answers what needs no waiting.
    package func respondAtOnce(to request: HTTPRequest) -> HTTPResponse? {
        guard request.method != .options else { return cors.answerOptions(request) }
        switch router.match(request.method, request.path) {
        case .route(let route, let parameter):
            guard case .atOnce(let answer) = route.answer else { return nil }
            let response: HTTPResponse
            do {
                try route.check(request)
                response = try answer(RoutedRequest(request: request, parameter: parameter))
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

    /// Answers the rest.
    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard case .route(let route, let parameter) = router.match(request.method, request.path),
            case .task(let answer) = route.answer
        else { return respondAtOnce(to: request) ?? APIError.unexpected.response }
        var response: HTTPResponse
        do {
            try route.check(request)
            response = try await answer(RoutedRequest(request: request, parameter: parameter))
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
            "request answered",
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
