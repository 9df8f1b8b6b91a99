public import Assistant
internal import Dialogue
public import HTTPServer
internal import JSON
internal import Logging
internal import NIOCore
internal import OrderedCollections

/// Socket.IO over polling and WebSocket: Engine.IO protocol 4, Socket.IO protocol 5.
public final class SocketIOChannel: Channel {
    /// `socketio`.
    public let name = "socketio"
    private let settings: SocketIOSettings
    private let hub: EngineHub
    private let output: SocketIOOutput
    private let inbox: Inbox

    /// - Throws: ``ChannelError`` where a setting cannot be.
    init(_ settings: ChannelSettings, _ context: ChannelContext) throws(ChannelError) {
        self.settings = try SocketIOSettings(settings)
        hub = EngineHub(loop: context.loop, shared: context.shared)
        output = SocketIOOutput(hub: hub, event: self.settings.botEvent, namespace: self.settings.namespace)
        inbox = Inbox("socketio", context)
        hub.received = { [weak self] session, text in self?.received(session, text) }
    }

    /// The health route and the route of Engine.IO.
    public var routes: [Route] {
        [
            healthRoute,
            Route(.get, settings.path, answer: .task { await self.answerGet($0.request) }),
            Route(.post, settings.path, answer: .task { await self.answerPost($0.request) }),
        ]
    }

    /// Sends to rooms: sockets and sessions by their ids.
    public var outgoing: (any ReplySink)? { output }

    /// Begins to listen to the other workers.
    public func start() async throws(ChannelError) { await hub.start() }

    /// Ends all sessions; their clients look for another worker.
    public func leave() async { hub.leave() }

    /// Stops to listen to the other workers.
    public func end() async { await hub.workers?.end() }

    // MARK: Engine.IO

    private func answerGet(_ request: HTTPRequest) async -> HTTPResponse {
        let transport = request.query.first("transport") ?? "polling"
        guard transport == "polling" || transport == "websocket" else { return refuse("Invalid transport") }
        let id = request.query.first("sid")
        guard id != nil || request.query.first("EIO") == "4" else {
            return refuse(
                "The client is using an unsupported version of the Socket.IO or Engine.IO protocols")
        }
        if transport == "websocket" {
            let hub = hub
            let answer = WebSocketLink.answer(to: request) { link in link.opened = { hub.take($0, session: id) } }
            return answer ?? refuse(id == nil ? "Invalid websocket upgrade" : "Invalid transport")
        }
        guard let id else {
            let session = hub.open()
            return packets(EnginePacket.open(session.id, canUpgrade: true))
        }
        let outcome = await withCheckedContinuation { continuation in
            hub.poll(id) { continuation.resume(returning: $0) }
        }
        return answer(outcome, id)
    }

    private func answerPost(_ request: HTTPRequest) async -> HTTPResponse {
        guard let id = request.query.first("sid") else { return refuse("Invalid session None") }
        guard request.body.readableBytes <= EnginePacket.longestPayload else { return refuse("Bad Request") }
        let body = String(decoding: request.bytes, as: UTF8.self)
        let outcome = await withCheckedContinuation { continuation in
            hub.post(body, id) { continuation.resume(returning: $0) }
        }
        return answer(outcome, id)
    }

    private func answer(_ outcome: EngineHub.Outcome, _ id: String) -> HTTPResponse {
        switch outcome {
        case .packets(let body): packets(body)
        case .accepted: HTTPResponse(status: .ok, contentType: "text/plain", body: .bytes(Array("OK".utf8)))
        case .unknownSession: refuse("Invalid session \(id)")
        case .alreadyUpgraded: refuse("Unexpected HTTP request")
        case .unreadable: refuse("Bad Request")
        }
    }

    private func packets(_ body: String) -> HTTPResponse {
        HTTPResponse(status: .ok, contentType: "text/plain; charset=UTF-8", body: .bytes(Array(body.utf8)))
    }

    private func refuse(_ reason: String) -> HTTPResponse {
        HTTPResponse(
            status: .badRequest, contentType: "text/plain", body: .bytes(JSON.string(reason).encoded()))
    }

    // MARK: Socket.IO

    private func received(_ session: EngineSession, _ text: Substring) {
        guard let packet = SocketPacket(text) else { return }
        switch packet.kind {
        case .connect: connect(session, packet)
        case .disconnect: session.close()
        case .event:
            guard let socket = session.socket, packet.namespace == settings.namespace,
                let parts = packet.data?.array, let event = parts.first?.string
            else { return }
            receivedEvent(event, parts.dropFirst().first ?? .null, session, socket, packet.number)
        case .acknowledgement, .refusal: break
        }
    }

    private func connect(_ session: EngineSession, _ packet: SocketPacket) {
        guard packet.namespace == settings.namespace else {
            return session.send(
                message: SocketPacket(.refusal, namespace: packet.namespace, data: "Unable to connect").text)
        }
        guard settings.admits(packet.data) else {
            inbox.logger.warning("A socket was refused: it has no valid token")
            return session.send(
                message: SocketPacket(
                    .refusal, namespace: packet.namespace, data: ["message": "Connection rejected by server"]
                ).text)
        }
        let socket = session.socket ?? hub.newID()
        session.socket = socket
        hub.enter(socket, session)
        session.send(
            message: SocketPacket(.connect, namespace: settings.namespace, data: ["sid": .string(socket)]).text)
    }

    private func receivedEvent(
        _ event: String, _ data: JSON, _ session: EngineSession, _ socket: String, _ number: Int?
    ) {
        if event == "session_request" {
            confirm(data, session, socket)
            acknowledge(number, session)
        } else if event == settings.userEvent {
            guard let message = message(data, socket) else { return acknowledge(number, session) }
            inbox.context.background.run { [self] in
                do {
                    try await inbox.take(message, id: nil, reply: output)
                } catch {
                    inbox.logger.error(
                        "A message was not answered",
                        metadata: ["conversation": "\(message.conversation)", "error": "\(error)"])
                }
                acknowledge(number, session)
            }
        }
    }

    private func confirm(_ data: JSON, _ session: EngineSession, _ socket: String) {
        let given = data["session_id"] ?? .null
        let id = given.isNull ? RandomID.hex() : given.pythonText
        if settings.isPersistent { hub.enter(id, session) }
        session.send(
            message: SocketPacket(
                .event, namespace: settings.namespace,
                data: ["session_confirm", given.isNull ? .string(id) : given]
            ).text)
    }

    private func acknowledge(_ number: Int?, _ session: EngineSession) {
        guard let number else { return }
        session.send(
            message: SocketPacket(.acknowledgement, namespace: settings.namespace, number: number, data: []).text)
    }

    private func message(_ data: JSON, _ socket: String) -> UserMessage? {
        var conversation = socket
        if settings.isPersistent {
            guard let id = data["session_id"], id.isPythonTrue else {
                inbox.logger.warning("A message without 'session_id' was passed over")
                return nil
            }
            conversation = id.pythonText
        }
        var metadata = data[settings.metadataKey] ?? .null
        if let text = metadata.string { metadata = (try? JSON(parsing: Array(text.utf8))) ?? .null }
        return UserMessage(
            text: data.pythonText("message"), conversation: conversation, inputChannel: name,
            metadata: metadata.object)
    }
}
