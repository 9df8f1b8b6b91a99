import AsyncHTTPClient
package import NIOCore
import NIOHTTP1

package struct ResponseHead: Sendable {
    package let status: Int
    private let headers: HTTPHeaders

    init(status: Int, headers: HTTPHeaders) {
        self.status = status
        self.headers = headers
    }

    /// The first header of a name, in whatever case.
    package subscript(name: String) -> String? { headers.first(name: name) }
}

/// A piece of a response, in order: the head once, then the parts of the body.
package enum ResponsePiece: Sendable {
    case head(ResponseHead)
    case part(ByteBuffer)
}

extension OutboundHTTPClient {
    /// Sends a request and hands on the response as it comes, so that it is never in memory as a whole.
    ///
    /// - Parameter take: Called for each piece; false to leave the rest.
    /// - Throws: ``EndpointError``; `.unreachable` also where the connection ended within the body.
    package func receive(
        _ call: Call, take: @escaping (ResponsePiece) -> Bool
    ) async throws(EndpointError) {
        try call.check()
        // This task does nothing until the group is done, so that one task at a time calls it.
        nonisolated(unsafe) let take = take
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await self.exchange(call, take: take) }
                // The client's own deadline ends with the head.
                group.addTask {
                    await self.pause(call.timeout)
                    throw HTTPClientError.deadlineExceeded
                }
                try await group.next()
            }
        } catch {
            throw Self.failure(error, of: call)
        }
    }

    private func exchange(_ call: Call, take: (ResponsePiece) -> Bool) async throws {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        request.headers = call.sentHeaders
        if !call.body.isEmpty { request.body = .bytes(ByteBuffer(bytes: call.body)) }
        let response = try await client.execute(request, timeout: TimeAmount(call.timeout))
        let head = ResponseHead(status: Int(response.status.code), headers: response.headers)
        guard take(.head(head)) else { return }
        for try await buffer in response.body {
            guard take(.part(buffer)) else { return }
        }
    }
}
