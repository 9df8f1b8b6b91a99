import Assistant
import ConversationSupport
import Dialogue
import EventLoops
import Glibc
import HTTPServer
import JSON
import NIOCore
import NIOPosix
import Settings
import Synchronization
import System
import TestSupport
import WebClient
import YAML

@testable import Channels
@testable import SocketIO

/// A platform on this machine: keeps what it is sent, and answers as it is told.
final class FakePlatform: Responder {
    struct Call: Sendable, Equatable {
        let method: String
        let path: String
        let query: String
        let authorization: String?
        let body: String
        /// The platform's own address, as the caller knows it.
        var url = ""

        var json: JSON? { try? JSON(parsing: Array(body.utf8)) }
    }

    private let received = Mutex<[Call]>([])
    private let responses: @Sendable (Call, Int) -> HTTPResponse

    init(_ responses: @escaping @Sendable (Call, Int) -> HTTPResponse) {
        self.responses = responses
    }

    var calls: [Call] { received.withLock { $0 } }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let call = Call(
            method: request.method.rawValue, path: String(request.path), query: String(request.query.raw),
            authorization: request.fields["authorization"], body: String(buffer: request.body),
            url: "http://\(request.fields["host"] ?? "")")
        let count = received.withLock { calls in
            calls.append(call)
            return calls.count
        }
        return responses(call, count)
    }
}

/// Channels beside a platform, all on one event loop.
struct ChannelTestContext: Sendable {
    let url: String
    let platform: FakePlatform
    let service: FakeService
    let context: ChannelContext

    /// The channel that some lines of `credentials.yml` describe; `URL` in them stands for the platform's address.
    func channel(_ name: String, _ lines: String) throws -> any Channels.Channel {
        let text = lines.replacing("URL", with: url)
        let node = try YAMLReader(environment: .process).read(Array(text.utf8), file: "credentials.yml")
        let settings = ChannelSettings(name: name, node)
        return name == "socketio"
            ? try SocketIOChannel(settings, context) : try ChannelCatalog.channel(settings, context)
    }

    /// Has a request answered as the server would.
    func ask(
        _ channel: any Channels.Channel, _ method: HTTPMethod, _ target: String, _ body: String = "",
        fields: [(String, String)] = [("content-type", "application/json")]
    ) async throws -> (status: Int, text: String) {
        let request = HTTPRequest(
            method: method, target: target, fields: RequestHeaders(fields), body: ByteBuffer(string: body))
        guard
            case .route(let route, let parameter) = Router(channel.routes).match(method, request.path)
        else { throw NoRoute() }
        let routed = RoutedRequest(request: request, parameter: parameter)
        let response: HTTPResponse
        do {
            switch route.handler {
            case .atOnce(let handle): response = try handle(routed)
            case .task(let handle):
                // On the loop, as the server does.
                response = try await Task(executorPreference: context.background.executor) {
                    try await handle(routed)
                }.value
            }
        } catch let error as APIError {
            response = error.response
        }
        guard case .bytes(let bytes) = response.body else { throw NoRoute() }
        return (response.status.code, String(decoding: bytes, as: UTF8.self))
    }

    struct NoRoute: Error {}
}

/// Runs a test beside a platform and lets go of everything in the end.
func withContext(
    replies: [BotUttered] = [BotUttered(text: "hello", data: [:])], stored: [Event]? = nil,
    limits: BackgroundWork.Limits = BackgroundWork.Limits(), maxSessions: Int = 100,
    responses: @escaping @Sendable (FakePlatform.Call, Int) -> HTTPResponse = { _, _ in
        .json(Array(#"{"ok":true}"#.utf8))
    },
    _ body: (ChannelTestContext) async throws -> Void
) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let executor = LoopTaskExecutor(loop: group.next())
    let (socket, _) = try Loopback.listen()
    let platform = FakePlatform(responses)
    let server = try await HTTPServer.start(sockets: [socket], executor: executor, responder: platform).get()
    let service = FakeService(replies: replies, stored: stored)
    let httpClient = OutboundHTTPClient(loop: executor.loop)
    let context = ChannelTestContext(
        url: "http://127.0.0.1:\(server.addresses.first?.port ?? 0)", platform: platform, service: service,
        context: ChannelContext(
            service: service, httpClient: httpClient, executor: executor, limits: limits, maxSessions: maxSessions))
    let outcome: Result<Void, any Error>
    do {
        try await body(context)
        outcome = .success(())
    } catch {
        outcome = .failure(error)
    }
    await context.context.background.finish(within: .seconds(5))
    await httpClient.close()
    try await server.shutDown(within: .milliseconds(100)).get()
    try await group.shutdownGracefully()
    try outcome.get()
}
