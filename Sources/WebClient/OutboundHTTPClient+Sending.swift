import AsyncHTTPClient
import Encodings
import NIOCore
import NIOHTTP1

extension OutboundHTTPClient {
    /// The longest body that is taken from a server, in bytes: reading a longer one would hold up other conversations.
    private static let maxResponseBytes = 8 << 20

    /// Sends a request and waits for the whole response, whatever its status. The call's time is over with its last
    /// byte.
    ///
    /// - Throws: ``EndpointError`` when the server cannot be reached, is too slow, or its response too long.
    package func send(_ call: Call) async throws(EndpointError) -> EndpointResponse {
        try call.check()
        let response: HTTPClient.Response
        do {
            response = try await exchange(call)
        } catch is ResponseAccumulator.ResponseTooBigError {
            throw EndpointError(.badResponse, "\(call.who) responded with more than \(Self.maxResponseBytes >> 20) MB")
        } catch {
            throw Self.failure(error, of: call)
        }
        let headers = response.headers
        return EndpointResponse(
            status: Int(response.status.code), contentType: headers.first(name: "content-type"),
            retryAfter: headers.first(name: "retry-after").flatMap { Int($0) }.map { .seconds($0) },
            body: try ContentCoding.decoded(
                response.body.map { Array($0.readableBytesView) } ?? [],
                coding: headers.first(name: "content-encoding"), limit: Self.maxResponseBytes))
    }

    /// The exchange as a future: its deadline holds to the end of the body, where that of the asynchronous call ends
    /// with the head.
    private func exchange(_ call: Call) async throws -> HTTPClient.Response {
        let request = try HTTPClient.Request(
            url: call.url, method: HTTPMethod(rawValue: call.method), headers: call.sentHeaders,
            body: call.body.isEmpty ? nil : .byteBuffer(ByteBuffer(bytes: call.body)))
        let task = client.execute(
            request: request, delegate: ResponseAccumulator(request: request, maxBodySize: Self.maxResponseBytes),
            deadline: .now() + TimeAmount(call.timeout))
        return try await withTaskCancellationHandler {
            try await task.futureResult.get()
        } onCancel: {
            task.cancel()
        }
    }

    /// Why a call has no response, or none to its end.
    static func failure(_ error: any Error, of call: Call) -> EndpointError {
        if let error = error as? HTTPClientError, error == .deadlineExceeded || error == .readTimeout {
            return EndpointError(.timedOut, "\(call.who) did not respond in time")
        }
        return EndpointError(.unreachable, "\(call.who) cannot be reached: \(FailureText.reason(error))")
    }
}

extension OutboundHTTPClient.Call {
    /// - Throws: ``EndpointError`` where the address is not one of HTTP.
    func check() throws(EndpointError) {
        guard HTTPAddress.isValid(url) else {
            throw EndpointError(.badConfiguration, "\(who) cannot be called: it must be \(HTTPAddress.rule)")
        }
    }

    var sentHeaders: HTTPHeaders {
        var headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
        // Some servers refuse whoever does not say what it is.
        if !headers.contains(name: "User-Agent") { headers.add(name: "User-Agent", value: "Parley") }
        return headers
    }
}
