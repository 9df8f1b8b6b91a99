package import NIOCore
package import Understanding
import WebClient

/// Asks servers that find entities, such as Duckling.
package final class RemoteEntities: EntityExtractionClient {
    private let caller: OutboundHTTPClient

    /// A client that works on this loop.
    package init(loop: any EventLoop) {
        caller = OutboundHTTPClient(loop: loop)
    }

    /// Sends a form and waits for the whole answer. A pipeline that sets no time gets that of other servers.
    ///
    /// - Throws: `EndpointError` when the server cannot be reached, is too slow, or its answer too long.
    package func post(form: String, to address: String, timeout: Duration?) async throws -> RemoteResponse {
        let answer = try await caller.send(
            OutboundHTTPClient.Call(
                "POST", address,
                headers: [
                    ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"), ("Accept", "*/*"),
                    ("Accept-Encoding", "gzip, deflate"),
                ], body: Array(form.utf8), timeout: timeout ?? EndpointClient.defaultTimeout, callee: address))
        return RemoteResponse(status: answer.status, body: try answer.utf8())
    }

    /// Closes the connections.
    package func close() async {
        await caller.close()
    }
}
