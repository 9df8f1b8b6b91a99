package import NIOCore
package import NLU
import WebClient

/// Asks servers that find entities, such as Duckling.
package final class RemoteEntities: EntityExtractionClient {
    private let httpClient: OutboundHTTPClient

    package init(loop: any EventLoop) { httpClient = OutboundHTTPClient(loop: loop) }

    /// Sends a form and waits for the whole response. A pipeline that sets no time gets that of other servers.
    ///
    /// - Throws: `EndpointError` when the server cannot be reached, is too slow, or its response too long.
    package func post(form: String, to address: String, timeout: Duration?) async throws -> RemoteResponse {
        let response = try await httpClient.send(
            OutboundHTTPClient.Call(
                "POST", address,
                headers: [
                    ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"), ("Accept", "*/*"),
                    ("Accept-Encoding", "gzip, deflate"),
                ], body: Array(form.utf8), timeout: timeout ?? EndpointClient.defaultTimeout, callee: address))
        return RemoteResponse(status: response.status, body: try response.utf8())
    }

    package func close() async { await httpClient.close() }
}
