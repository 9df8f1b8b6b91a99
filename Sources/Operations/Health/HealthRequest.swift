import AsyncHTTPClient
import ExactText
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Prefork
import Server
import System

/// One run of `parley health`: finds the server of this machine, asks it, and says the response in one line.
package struct HealthRequest {
    private static let maxResponse = 4096

    private let question: HealthQuestion
    /// Which of several servers; nil where there is but one.
    private let port: Int?
    private let timeout: Int64

    /// - Parameter timeout: In seconds.
    package init(_ question: HealthQuestion, port: Int?, timeout: Int) {
        self.question = question
        self.port = port
        self.timeout = Int64(max(1, timeout))
    }

    /// - Throws: ``BootFailure`` where no server is found or it does not respond, ``ReportedFailure`` where it says no.
    package func run() throws {
        let url = try Self.url(
            of: question, port: port, among: ServerAddresses.ofRunning(environment: .process))
        let response: (status: UInt, body: String)
        do {
            response = try ask(url)
        } catch {
            throw BootFailure("the server does not respond at \(url): \(error)", status: Self.failed)
        }
        Output.line("\(response.status) \(response.body)")
        guard response.status == 200 else { throw ReportedFailure(status: Self.failed) }
    }

    /// Docker knows no other status for a failure.
    private static let failed: Int32 = 1

    /// Where to ask: at the management port where there is one, since the other may ask for a client's certificate.
    ///
    /// - Throws: ``BootFailure`` where it is not known which server is meant.
    static func url(
        of question: HealthQuestion, port: Int?, among servers: [ServerAddresses]
    ) throws(BootFailure) -> String {
        let meant = servers.filter { server in port.map { server.ports.contains($0) } ?? true }
        guard let server = meant.first else {
            throw BootFailure(
                port.map { "no server of this user listens on port \($0)" } ?? "no server of this user runs here",
                status: failed)
        }
        // While a new binary takes a server's place both run, at the same sockets.
        guard meant.allSatisfy({ $0 == server }) else {
            let ports = meant.flatMap(\.ports).map(String.init).joined(separator: ", ")
            throw BootFailure("several servers run here; name one by --port: \(ports)", status: failed)
        }
        let path = "/health/\(question.rawValue)"
        guard let place = server.management ?? server.main else {
            throw BootFailure(
                "the server listens on a socket that somebody else opened; give it a --management-port", status: failed)
        }
        if case .path(let socket) = place { return "http+unix://\(encoded(socket))\(path)" }
        return "\(server.management == nil && server.hasTLS ? "https" : "http")://\(place)\(path)"
    }

    /// A path as the host of a URL.
    private static func encoded(_ path: String) -> String {
        path.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }

    private func ask(_ url: String) throws -> (status: UInt, body: String) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        var configuration = HTTPClient.Configuration()
        // It is this machine's own server, whatever name its certificate is for.
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        configuration.tlsConfiguration = tls
        configuration.timeout.connect = .seconds(timeout)
        let client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
        defer { try? client.syncShutdown() }
        // A UNIX socket has a path where others have a host, which cannot stand in a request.
        let headers: HTTPHeaders = url.exact.hasPrefix("http+unix:") ? ["host": "localhost"] : [:]
        let request = try HTTPClient.Request(url: url, headers: headers)
        let delegate = ResponseAccumulator(request: request, maxBodySize: Self.maxResponse)
        let response = try client.execute(
            request: request, delegate: delegate, deadline: .now() + .seconds(timeout)
        ).wait()
        return (response.status.code, response.body.map { String(buffer: $0) } ?? "")
    }
}

extension ServerAddresses {
    fileprivate var ports: [Int] {
        [main, management].compactMap { place in
            guard case .tcp(_, let port)? = place else { return nil }
            return port
        }
    }
}
