import AsyncHTTPClient
public import NIOCore
public import Understanding

/// Asks servers that find entities, such as Duckling.
public final class RemoteEntities: RemoteExtraction {
    private let client: HTTPClient
    /// The longest answer that is taken, in bytes.
    private static let longestAnswer = 8 << 20
    /// Slow answers for some messages must not make others wait for a connection.
    private static let mostConnections = 4096
    private static let endless = TimeAmount.hours(24)

    /// A client that works on this loop.
    public init(loop: any EventLoop) {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .follow(max: 10, allowCycles: true)
        configuration.decompression = .enabled(limit: .size(Self.longestAnswer))
        // A request must not meet a connection that the server is about to close.
        configuration.connectionPool = .init(
            idleTimeout: .seconds(3), concurrentHTTP1ConnectionsPerHostSoftLimit: Self.mostConnections)
        client = HTTPClient(eventLoopGroupProvider: .shared(loop), configuration: configuration)
    }

    /// Sends a form and waits for the whole answer.
    ///
    /// - Throws: `HTTPClientError` and others when the server cannot be reached, is too slow, or its answer too long.
    public func post(form: String, to address: String, timeout: Duration?) async throws -> RemoteAnswer {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded; charset=UTF-8")
        request.headers.add(name: "Accept", value: "*/*")
        request.headers.add(name: "Accept-Encoding", value: "gzip, deflate")
        request.body = .bytes(ByteBuffer(string: form))
        let deadline = NIODeadline.now() + (timeout.map { TimeAmount($0) } ?? Self.endless)
        let response = try await client.execute(request, deadline: deadline)
        let content = try await response.body.collect(upTo: Self.longestAnswer)
        return RemoteAnswer(status: Int(response.status.code), body: Array(content.readableBytesView))
    }

    /// Closes the connections.
    public func close() async {
        try? await client.shutdown()
    }
}
