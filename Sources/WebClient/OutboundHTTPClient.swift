import AsyncHTTPClient
import ExactText
package import NIOCore
import NIOSSL

/// Sends requests to any address, such as those of messaging platforms.
///
/// What it says about failures names scheme and host only: platforms put tokens into paths and queries.
package final class OutboundHTTPClient: Sendable {
    package struct Call: Sendable {
        /// The method, in upper case.
        package var method: String
        package var url: String
        package var headers: [(name: String, value: String)]
        /// The body; empty for none.
        package var body: [UInt8]
        /// How long the whole call may take, to the last byte of the response.
        package var timeout: Duration
        /// What to call the server in messages; nil for scheme and host, as platforms put tokens into paths and
        /// queries.
        package var callee: String?

        package init(
            _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
            timeout: Duration = .seconds(10), callee: String? = nil
        ) {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
            self.timeout = timeout
            self.callee = callee
        }

        /// Who is called, for messages.
        var who: String { callee ?? origin }

        /// Scheme and host of the address.
        package var origin: String {
            let parts = url.exact.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count >= 3 else { return "an address without a host" }
            let host = Substring(parts[2].unicodeScalars.prefix { $0 != "?" }).exact.split(separator: "@").last ?? ""
            return "\(parts[0])//\(host)"
        }
    }

    /// Slow responses for some conversations must not make others wait for a connection.
    private static let maxConnections = 4096

    let client: HTTPClient
    private let loop: any EventLoop

    /// A caller that works on this loop and trusts the certificates that the system does.
    package convenience init(loop: any EventLoop) {
        self.init(loop: loop, tls: nil)
    }

    /// A caller whose requests a proxy passes on.
    package convenience init(loop: any EventLoop, through proxy: WebProxy) {
        self.init(loop: loop, tls: nil, proxy: proxy)
    }

    /// A caller that trusts the certificates of a file, and no others.
    ///
    /// - Throws: ``EndpointError`` with `.badConfiguration` when they cannot be read.
    convenience init(loop: any EventLoop, trustingCertificatesOf file: String) throws(EndpointError) {
        self.init(loop: loop, tls: try Self.trusting(file))
    }

    private static func trusting(_ file: String) throws(EndpointError) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(file)
        do {
            _ = try NIOSSLContext(configuration: tls)
        } catch {
            throw EndpointError(.badConfiguration, "the certificates of '\(file)' cannot be read")
        }
        return tls
    }

    /// A caller for long responses, which ``receive(_:take:)`` hands on as they come: nothing is unpacked on the way.
    ///
    /// - Parameters:
    ///   - file: The certificates to trust; nil for those that the system does.
    ///   - silence: How long a server may send nothing.
    /// - Throws: ``EndpointError`` with `.badConfiguration` when the certificates cannot be read.
    package convenience init(
        downloadingOn loop: any EventLoop, trustingCertificatesOf file: String?, silence: Duration
    ) throws(EndpointError) {
        let tls = try file.map { (file) throws(EndpointError) in try Self.trusting(file) }
        self.init(loop: loop, tls: tls, silence: silence)
    }

    private init(loop: any EventLoop, tls: TLSConfiguration?, silence: Duration? = nil, proxy: WebProxy? = nil) {
        self.loop = loop
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = tls
        configuration.proxy = proxy?.setting
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .follow(max: 10, allowCycles: false)
        if let silence { configuration.timeout.read = TimeAmount(silence) }
        // Servers close idle connections after five seconds and more; a request must not meet that.
        configuration.connectionPool = .init(
            idleTimeout: .seconds(3), concurrentHTTP1ConnectionsPerHostSoftLimit: Self.maxConnections)
        // Whoever calls decides whether and when to try again.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(5)
        client = HTTPClient(eventLoopGroupProvider: .shared(loop), configuration: configuration)
    }

    /// Waits on the caller's loop; at most until the task is cancelled.
    package func pause(_ time: Duration) async {
        let timer = loop.scheduleTask(in: TimeAmount(time)) {}
        await withTaskCancellationHandler {
            try? await timer.futureResult.get()
        } onCancel: {
            timer.cancel()
        }
    }

    package func close() async {
        try? await client.shutdown()
    }
}
