import AsyncHTTPClient
import CZlib
public import NIOCore
import NIOHTTP1
import NIOSSL
public import Settings

/// Sends requests to one server of the configuration (Rasa's `EndpointConfig`), with the headers, credentials and
/// certificates that it asks for.
public final class EndpointClient: Sendable {
    /// How long a whole request may take where the configuration does not say, as in Rasa.
    public static let usualTimeout = Duration.seconds(300)
    /// The longest body that is taken from a server, in bytes: reading a longer one would hold up other conversations.
    static let longestAnswer = 8 << 20
    /// Servers close idle connections after five seconds and more; a request must not meet that.
    private static let longestIdleTime = TimeAmount.seconds(3)
    /// Slow answers for some conversations must not make others wait for a connection.
    private static let mostConnections = 4096

    /// The server's address, without what stands behind `?`.
    public let address: String
    private let endpoint: HTTPEndpoint
    private let client: HTTPClient
    private let headers: HTTPHeaders

    /// A client that works on this loop.
    ///
    /// - Throws: ``EndpointError`` with `.badConfiguration` when the certificates cannot be read.
    public init(_ endpoint: HTTPEndpoint, loop: any EventLoop) throws(EndpointError) {
        self.endpoint = endpoint
        address = String(endpoint.url.prefix { $0 != "?" })
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .follow(max: 10, allowCycles: true)
        configuration.decompression = .enabled(limit: .size(Self.longestAnswer))
        configuration.connectionPool = .init(
            idleTimeout: Self.longestIdleTime, concurrentHTTP1ConnectionsPerHostSoftLimit: Self.mostConnections)
        if let file = endpoint.certificateFile {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(file)
            do {
                _ = try NIOSSLContext(configuration: tls)
            } catch {
                throw EndpointError(
                    .badConfiguration, "\(endpoint.place): the certificates of 'cafile' ('\(file)') cannot be read")
            }
            configuration.tlsConfiguration = tls
        }
        client = HTTPClient(eventLoopGroupProvider: .shared(loop), configuration: configuration)
        var headers = HTTPHeaders([("Content-Type", "application/json"), ("Accept", "*/*")])
        for (name, value) in endpoint.headers { headers.replaceOrAdd(name: name, value: value) }
        self.headers = headers
    }

    /// Sends JSON and waits for the whole answer, whatever its status.
    ///
    /// - Parameters:
    ///   - path: What comes after the endpoint's own path.
    ///   - isDeflated: Whether the body is compressed.
    /// - Throws: ``EndpointError`` when the server cannot be reached, is too slow, or its answer too long.
    public func post(
        _ body: [UInt8], path: String = "", isDeflated: Bool = false
    ) async throws(EndpointError) -> EndpointAnswer {
        var request = HTTPClientRequest(url: endpoint.address(path: path))
        request.method = .POST
        request.headers = headers
        if let basic = endpoint.basicAuthentication, !headers.contains(name: "Authorization") {
            request.setBasicAuth(username: basic.username, password: basic.password.revealed)
        }
        request.headers.add(name: "Accept-Encoding", value: "gzip, deflate")
        if isDeflated {
            request.headers.add(name: "Content-Encoding", value: "deflate")
            request.body = .bytes(ByteBuffer(bytes: Deflate.compressed(body)))
        } else {
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        do {
            let deadline = NIODeadline.now() + TimeAmount(endpoint.timeout ?? Self.usualTimeout)
            let response = try await client.execute(request, deadline: deadline)
            let content = try await response.body.collect(upTo: Self.longestAnswer)
            return EndpointAnswer(
                status: Int(response.status.code), contentType: response.headers.first(name: "content-type"),
                body: Array(content.readableBytesView))
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            throw EndpointError(.timedOut, "the server at \(address) did not answer in time")
        } catch let error as HTTPClientError where error == .connectTimeout {
            throw EndpointError(.unreachable, "the server at \(address) cannot be reached: no connection in time")
        } catch is NIOTooManyBytesError {
            throw EndpointError(
                .badAnswer, "the server at \(address) answered with more than \(Self.longestAnswer >> 20) MB")
        } catch {
            throw EndpointError(.unreachable, "the server at \(address) cannot be reached: \(error)")
        }
    }

    /// Closes the connections.
    public func close() async {
        try? await client.shutdown()
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
        items += parameters.map { "\($0.percentEncoded)=\($1.percentEncoded)" }
        return items.isEmpty ? address : "\(address)?\(items.joined(separator: "&"))"
    }
}

extension String {
    /// The text as part of a query: percent-encoded in UTF-8.
    public var percentEncoded: String {
        var encoded = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += byte < 16 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }
}
