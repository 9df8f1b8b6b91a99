package import NIOCore

/// Sends requests to one server of the configuration (Rasa's `EndpointConfig`), with the headers, credentials and
/// certificates that it asks for.
package final class EndpointClient: Sendable {
    /// How long a whole request may take where the configuration does not say, as in Rasa.
    package static let defaultTimeout = Duration.seconds(300)

    /// The server's address, without what stands behind `?`.
    package let address: String
    package let httpClient: OutboundHTTPClient
    private let endpoint: HTTPEndpoint
    private let headers: [(name: String, value: String)]

    /// A client that works on this loop.
    ///
    /// - Throws: ``EndpointError`` with `.badConfiguration` when the certificates cannot be read.
    package init(_ endpoint: HTTPEndpoint, loop: any EventLoop) throws(EndpointError) {
        self.endpoint = endpoint
        address = String(endpoint.url.unicodeScalars.prefix { $0 != "?" })
        if let file = endpoint.certificateFile {
            do {
                httpClient = try OutboundHTTPClient(loop: loop, trustingCertificatesOf: file)
            } catch {
                throw EndpointError(error.code, "\(endpoint.place): 'cafile': \(error)")
            }
        } else {
            httpClient = OutboundHTTPClient(loop: loop)
        }
        headers = endpoint.headers(besides: [
            ("Content-Type", "application/json"), ("Accept", "*/*"), ("Accept-Encoding", "gzip, deflate"),
        ])
    }

    /// A request with JSON.
    ///
    /// - Parameters:
    ///   - path: What comes after the endpoint's own path.
    ///   - isDeflated: Whether the body is compressed.
    package func call(_ body: [UInt8], path: String = "", isDeflated: Bool = false) -> OutboundHTTPClient.Call {
        OutboundHTTPClient.Call(
            "POST", endpoint.address(path: path),
            headers: headers + (isDeflated ? [("Content-Encoding", "deflate")] : []),
            body: isDeflated ? Deflate.compressed(body) : body, timeout: timeout, callee: name)
    }

    /// Sends JSON and waits for the whole response, whatever its status.
    ///
    /// - Throws: ``EndpointError`` when the server cannot be reached, is too slow, or its response too long.
    package func post(
        _ body: [UInt8], path: String = "", isDeflated: Bool = false
    ) async throws(EndpointError) -> EndpointResponse {
        try await httpClient.send(call(body, path: path, isDeflated: isDeflated))
    }

    /// Asks with `GET`, with the endpoint's headers and credentials, and waits for the whole response.
    ///
    /// - Throws: ``EndpointError`` when the server cannot be reached, is too slow, or its response too long.
    package func get() async throws(EndpointError) -> EndpointResponse {
        try await httpClient.send(endpoint.get(timeout: timeout, callee: name))
    }

    private var name: String { "the server at \(address)" }
    private var timeout: Duration { endpoint.timeout ?? Self.defaultTimeout }

    package func close() async {
        await httpClient.close()
    }
}
