import Encodings
import HTTPServer
import JSON
import NIOCore
import Offloading

struct JobRoutes: Sendable {
    let jobs: any BackgroundJobs
    let access: Access
    let offload: any Offload

    var all: [Route] {
        [
            access.route(.post, "/model/train", needsModel: false, maxBodyBytes: nil) { routed in
                try await respond(
                    routed.request,
                    "You must provide training data in the request body in order to "
                        + "train your model."
                ) { try train($0) }
            },
            access.route(.post, "/model/test/intents", needsModel: false, maxBodyBytes: nil) { routed in
                try await respond(
                    routed.request,
                    "You must provide some nlu data in the request body in order to "
                        + "evaluate your model."
                ) { try testIntents($0) }
            },
            access.route(.post, "/model/test/stories", maxBodyBytes: nil) { routed in
                try await respond(
                    routed.request,
                    "You must provide some stories in the request body in order to "
                        + "evaluate your model.", canCallBack: false
                ) { testStories($0) }
            },
        ]
    }

    private func train(_ request: HTTPRequest) throws(APIError) -> BackgroundJob {
        .train(
            body: request.body,
            keepsModel: request.query.first("save_to_default_model_directory")?.lowercased() != "false",
            augmentation: request.query.first("augmentation").flatMap { Int($0) } ?? 50)
    }

    private func testIntents(_ request: HTTPRequest) throws(APIError) -> BackgroundJob {
        let folds = request.query.first("cross_validation_folds")
        if request.fields["content-type"] != "application/x-yaml" {
            let data = try request.object()
            guard data.allSatisfy({ $0.key == "rasa_nlu_data" && $0.value.object != nil }) else {
                throw .badRequest("The request body must be an object with \"rasa_nlu_data\", or application/x-yaml.")
            }
            guard folds == nil else {
                throw APIError(.badRequest, "TestingError", "Cross-validation is only supported for YAML data.")
            }
        }
        let count = folds.flatMap { Int($0) }
        guard folds == nil || count ?? 0 > 1 else {
            throw .badParameter("cross_validation_folds", "It must be a whole number of at least 2.")
        }
        return .testIntents(body: request.body, model: request.query.first("model"), folds: count)
    }

    private func testStories(_ request: HTTPRequest) -> BackgroundJob {
        .testStories(body: request.body, isEndToEnd: request.query.first("e2e")?.lowercased() == "true")
    }

    /// Responds with the job's result: at its end, which is also that of the client; or at once where the result goes
    /// to a `callback_url`.
    private func respond(
        _ request: HTTPRequest, _ missingBody: String, canCallBack: Bool = true,
        job: @escaping @Sendable (HTTPRequest) throws -> BackgroundJob
    ) async throws -> HTTPResponse {
        guard canCallBack, let url = request.query.first("callback_url") else {
            let started = try await jobs.start(try await checked(request, missingBody, job))
            request.client?.endsTaskWhenGone()
            return JobRoutes.response(try await started.result())
        }
        guard HTTPAddress.isValid(url) else {
            throw APIError.badParameter("callback_url", "'callback_url' must be \(HTTPAddress.rule).")
        }
        let described: Result<BackgroundJob, any Error>
        do {
            described = .success(try await checked(request, missingBody, job))
        } catch {
            described = .failure(error)
        }
        // Whether there is room is told to the client, all else to the address that it names.
        let started = try await described.asyncMap { try await jobs.start($0) }
        jobs.later { [jobs] in
            var response: HTTPResponse
            do {
                response = JobRoutes.response(try await started.get().result())
            } catch {
                response = APIError(wording: error).response
            }
            guard case .bytes(let body) = response.body else { return }
            await jobs.send(body, contentType: response.contentType ?? "application/json", to: url)
        }
        return HTTPResponse(status: .noContent)
    }

    private func checked(
        _ request: HTTPRequest, _ missingBody: String, _ job: @escaping @Sendable (HTTPRequest) throws -> BackgroundJob
    ) async throws -> BackgroundJob {
        guard request.body.readableBytes > 0 else { throw APIError.badRequest(missingBody) }
        return try await offload.run(if: request.hasLargeBody) { try job(request) }
    }

    private static func response(_ result: BackgroundJobResult) -> HTTPResponse {
        switch result {
        case .report(let report): .json(report.encoded())
        case .model(let name, let bytes):
            HTTPResponse(
                status: .ok, contentType: "application/x-tar",
                fields: [
                    HTTPField("filename", name), HTTPField("content-disposition", "attachment; filename=\"\(name)\""),
                ],
                body: .bytes(bytes))
        }
    }
}

extension Result where Failure == any Error {
    /// What is made of the success; what that throws is thrown.
    fileprivate func asyncMap<Made>(_ make: (Success) async throws -> Made) async throws -> Result<Made, any Error> {
        switch self {
        case .success(let value): .success(try await make(value))
        case .failure(let error): .failure(error)
        }
    }
}
