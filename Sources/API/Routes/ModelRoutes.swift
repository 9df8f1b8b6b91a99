import Assistant
import Channels
import Dialogue
import ExactText
import HTTPServer
import JSON
import Logging
import ModelArchive
import NIOCore
import Offloading
import PythonSemantics

/// The routes that tell of the model and ask it.
struct ModelRoutes: Sendable {
    let service: any ConversationService
    let access: Access
    let models: any ModelReloader
    let jobs: any BackgroundJobs
    private let logger = Logger(label: "parley.models")
    private let domains = RenderedDomain()

    var all: [Route] {
        exchange + [
            access.route(.get, "/status") { routed in try status(routed) },
            access.route(.post, "/model/parse") { routed in try await parse(routed.request) },
            access.route(.post, "/model/predict", maxBodyBytes: nil) { routed in try await predict(routed.request) },
            access.route(.get, "/domain") { routed in try await domain(routed.request) },
        ]
    }

    /// Puts another model into use, or none.
    var exchange: [Route] {
        [
            access.route(.put, "/model", needsModel: false) { routed in try await load(routed.request) },
            access.route(.delete, "/model", needsModel: false) { routed in
                try await serve(ModelRequest(), routed.request)
            },
        ]
    }

    private func status(_: RoutedRequest) throws(APIError) -> HTTPResponse {
        guard let model = service.modelInUse else { throw .noModel }
        let body: JSON = [
            "model_file": .string(model.file), "model_id": .string(model.id),
            "num_active_training_jobs": .int(jobs.activeTrainings),
        ]
        return .json(body.encoded())
    }

    private func parse(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard request.body.readableBytes > 0 else {
            throw APIError.badRequest(
                "No text message defined in request_body. Add text message to request body "
                    + "in order to obtain the intent and extracted entities.")
        }
        let emulation = try Emulation(query: request.query)
        let text = try await service.offload.run(if: request.hasLargeBody) { try ModelRoutes.text(of: request) }
        return .json(emulation.rendered(try await service.parse(text)).encoded())
    }

    private func predict(_ request: HTTPRequest) async throws -> HTTPResponse {
        let events = try await service.events(in: request, isListNeeded: true)
        let verbosity = try EventVerbosity(query: request.query, default: .afterRestart)
        guard let next = try await service.predictNext(after: events) else { return .json(JSON.null.encoded()) }
        return await service.response(to: next.tracker) { _ in
            .json(next.json(verbosity: verbosity, isSorted: false).encoded())
        }
    }

    private func load(_ request: HTTPRequest) async throws -> HTTPResponse {
        let noPath = APIError.badRequest("No path to model file defined in request_body.")
        guard request.body.readableBytes > 0 else { throw noPath }
        let body = try await service.offload.run(if: request.hasLargeBody) { try request.json() }
        guard !body.isNull else { throw noPath }
        if let server = body["model_server"], server.isPythonTrue, server.object == nil {
            throw APIError.badMember("model_server", "an object")
        }
        var model = ModelRequest(file: body["model_file"]?.string)
        if let server = body["model_server"], !server.isNull {
            guard server.isPythonTrue else { throw ModelRoutes.notLoaded("'model_server' names no server") }
            model.server = server
        }
        if let storage = body["remote_storage"], !storage.isNull {
            guard let name = storage.string, !name.isEmpty else {
                throw ModelRoutes.notLoaded("'remote_storage' must be the name of a kind of storage")
            }
            model.storage = name
        }
        guard model.server != nil || model.file?.isEmpty == false || models.hasItsOwnSource else {
            throw ModelRoutes.notLoaded(
                "The member 'model_file' must be the path of an archive or of a directory with some")
        }
        return try await serve(model, request)
    }

    private func serve(_ model: ModelRequest, _ request: HTTPRequest) async throws -> HTTPResponse {
        // What nobody waits for is not fetched either.
        request.client?.endsTaskWhenGone()
        do {
            try await models.use(model)
        } catch {
            if error.isUnavailable { throw APIError.unavailable("LoadingError", "\(error)", retryAfter: 1) }
            guard model.isLocal, !models.hasItsOwnSource else {
                throw ModelRoutes.notLoaded("The model could not be loaded: \(error)")
            }
            // One response for whatever is wrong with a path: it must not tell which files this machine has.
            logger.warning("A model that a request names could not be loaded", metadata: ["error": "\(error)"])
            throw ModelRoutes.notLoaded(
                "The model could not be loaded: 'model_file' must be the path of an archive, or of a directory with one; "
                    + "the server's log says what is wrong")
        }
        return HTTPResponse(status: .noContent)
    }

    private static func notLoaded(_ message: String) -> APIError {
        .badRequest(message, details: ["parameter": "model", "in": "query"])
    }

    private func domain(_ request: HTTPRequest) async throws -> HTTPResponse {
        let domain = try service.domain()
        let accepts = request.fields["accept"] ?? "application/json"
        if accepts.exact.hasSuffix("json") || accepts == "*/*" { return .json(try await rendered(domain, .json)) }
        guard accepts.exact.hasSuffix("yml") || accepts.exact.hasSuffix("yaml") else {
            throw APIError(
                .notAcceptable, "NotAcceptable",
                "The domain is available as JSON (Accept: application/json) or YAML (Accept: application/x-yaml).")
        }
        return HTTPResponse(
            status: .ok, contentType: "application/x-yaml", body: .bytes(try await rendered(domain, .yaml)))
    }

    /// A domain may be of megabytes, so it is written once for each model.
    private func rendered(_ domain: Domain, _ form: RenderedDomain.Form) async throws -> [UInt8] {
        let model = service.modelInUse
        if let known = domains.text(form, of: model) { return known }
        let text = try await service.offload.run { RenderedDomain.text(of: domain, form) }
        domains.keep(text, form, of: model)
        return text
    }

    /// The text to parse: the body's `text`, or the first of a list.
    private static func text(of request: HTTPRequest) throws(APIError) -> String {
        let text = try JSON(
            body: request.body, maxValues: request.maxJSONValues, otherwise: "ParsingError")["text"]
        guard let text = text?.string ?? text?.array?.first?.string else {
            throw APIError(
                .badRequest, "ParsingError", "The request body must be a JSON object whose member 'text' is a string.")
        }
        return text
    }
}
