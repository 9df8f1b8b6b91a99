import Encodings
public import NIOCore
public import Settings

/// Sends requests to one server of the configuration (Rasa's `EndpointConfig`), with the headers, credentials and
/// certificates that it asks for.
public final class EndpointClient: Sendable {
    /// How long a whole request may take where the configuration does not say, as in Rasa.
    public static let usualTimeout = Duration.seconds(300)

    /// The server's address, without what stands behind `?`.
    public let address: String
    /// Sends what ``call(_:path:isDeflated:)`` makes.
    public let caller: HTTPCaller
    private let endpoint: HTTPEndpoint
    private let headers: [(name: String, value: String)]

    /// A client that works on this loop.
    ///
    /// - Throws: ``EndpointError`` with `.badConfiguration` when the certificates cannot be read.
    public init(_ endpoint: HTTPEndpoint, loop: any EventLoop) throws(EndpointError) {
        self.endpoint = endpoint
        address = String(endpoint.url.prefix { $0 != "?" })
        if let file = endpoint.certificateFile {
            do {
                caller = try HTTPCaller(loop: loop, trustingCertificatesOf: file)
            } catch {
                throw EndpointError(error.code, "\(endpoint.place): 'cafile': \(error)")
            }
        } else {
            caller = HTTPCaller(loop: loop)
        }
        var headers = [("Content-Type", "application/json"), ("Accept", "*/*"), ("Accept-Encoding", "gzip, deflate")]
        if let basic = endpoint.basicAuthentication {
            let credentials = Base64.encode(Array("\(basic.username):\(basic.password.revealed)".utf8))
            headers.append(("Authorization", "Basic \(credentials)"))
        }
        // The endpoint's own headers replace those of the same name.
        headers.removeAll { usual, _ in endpoint.headers.keys.contains { $0.lowercased() == usual.lowercased() } }
        self.headers = headers + endpoint.headers.map { ($0.key, $0.value) }
    }

    /// A request with JSON.
    ///
    /// - Parameters:
    ///   - path: What comes after the endpoint's own path.
    ///   - isDeflated: Whether the body is compressed.
    public func call(_ body: [UInt8], path: String = "", isDeflated: Bool = false) -> HTTPCaller.Call {
        HTTPCaller.Call(
            "POST", endpoint.address(path: path),
            headers: headers + (isDeflated ? [("Content-Encoding", "deflate")] : []),
            body: isDeflated ? Deflate.compressed(body) : body, timeout: endpoint.timeout ?? Self.usualTimeout,
            callee: "the server at \(address)")
    }

    /// Sends JSON and waits for the whole answer, whatever its status.
    ///
    /// - Throws: ``EndpointError`` when the server cannot be reached, is too slow, or its answer too long.
    public func post(
        _ body: [UInt8], path: String = "", isDeflated: Bool = false
    ) async throws(EndpointError) -> EndpointAnswer {
        try await caller.send(call(body, path: path, isDeflated: isDeflated))
    }

    /// Asks with `GET`, with the endpoint's headers and credentials, and waits for the whole answer.
    ///
    /// - Throws: ``EndpointError`` when the server cannot be reached, is too slow, or its answer too long.
    public func get() async throws(EndpointError) -> EndpointAnswer {
        var call = call([])
        call.method = "GET"
        return try await caller.send(call)
    }

    /// Closes the connections.
    public func close() async {
        await caller.close()
    }
}

extension HTTPEndpoint {
    /// The address of a request, with the endpoint's own query items and token.
    func address(path: String) -> String {
        let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var address = String(parts[0])
        if !path.isEmpty { address += (address.hasSuffix("/") ? "" : "/") + path }
        var items = parts.count > 1 ? [String(parts[1])] : []
        var parameters = parameters
        if let token { parameters[tokenName] = token.revealed }
        items += parameters.map { "\(Percent.encode($0))=\(Percent.encode($1))" }
        return items.isEmpty ? address : "\(address)?\(items.joined(separator: "&"))"
    }
}
