internal import HTTPServer
internal import JSON
internal import Offloading
internal import OrderedCollections

/// The routes for training and evaluation.
struct JobRoutes: Sendable {
    let jobs: any BackgroundJobs
    let access: Access
    let offload: any Offload

    var all: [Route] {
        [
            access.route(.post, "/model/train", needsModel: false, maxBodyBytes: nil) { routed in
                try await answer(
                    routed.request,
                    "You must provide training data in the request body in order to "
                        + "train your model."
                ) { try train($0) }
            },
            access.route(.post, "/model/test/intents", needsModel: false, maxBodyBytes: nil) { routed in
                try await answer(
                    routed.request,
                    "You must provide some nlu data in the request body in order to "
                        + "evaluate your model."
                ) { try testIntents($0) }
            },
            access.route(.post, "/model/test/stories", maxBodyBytes: nil) { routed in
                try await answer(
                    routed.request,
                    "You must provide some stories in the request body in order to "
                        + "evaluate your model.", canCallBack: false
                ) { testStories($0) }
            },
        ]
    }

    private func train(_ request: HTTPRequest) throws(APIError) -> BackgroundJob {
        .train(
            body: request.bytes,
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
        return .testIntents(body: request.bytes, model: request.query.first("model"), folds: count)
    }

    private func testStories(_ request: HTTPRequest) -> BackgroundJob {
        .testStories(body: request.bytes, isEndToEnd: request.query.first("e2e")?.lowercased() == "true")
    }

    /// Answers with the job's result: at its end, or at once where the result goes to a `callback_url`.
    private func answer(
        _ request: HTTPRequest, _ missingBody: String, canCallBack: Bool = true,
        job: @escaping @Sendable (HTTPRequest) throws -> BackgroundJob
    ) async throws -> HTTPResponse {
        let work: @Sendable () async throws -> HTTPResponse = { [jobs, offload] in
            guard request.body.readableBytes > 0 else { throw APIError.badRequest(missingBody) }
            let job = try await offload.run(if: request.hasLargeBody) { try job(request) }
            return JobRoutes.response(try await jobs.run(job))
        }
        guard canCallBack, let url = request.query.first("callback_url") else { return try await work() }
        jobs.later { [jobs] in
            var response: HTTPResponse
            do {
                response = try await work()
            } catch {
                response = APIError(wording: error).response
            }
            guard case .bytes(let body) = response.body else { return }
            await jobs.send(body, contentType: response.contentType ?? "application/json", to: url)
        }
        return HTTPResponse(status: .noContent)
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

extension HTTPRequest {
    fileprivate var bytes: [UInt8] { Array(body.readableBytesView) }
}
