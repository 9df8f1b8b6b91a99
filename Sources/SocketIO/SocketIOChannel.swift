package import Assistant
package import Channels
import Dialogue
import ExactText
package import HTTPServer
import JSON
import Logging
import NIOCore
import PythonSemantics
import System

/// Socket.IO over polling and WebSocket: Engine.IO protocol 4, Socket.IO protocol 5.
package final class SocketIOChannel: Channels.Channel {
    package let name = "socketio"
    private let settings: SocketIOSettings
    private let hub: EngineHub
    private let output: SocketIOOutput
    private let deduplicator: MessageDeduplicator

    /// - Throws: ``ChannelError`` where a setting cannot be.
    package init(_ settings: ChannelSettings, _ context: ChannelContext) throws(Channels.ChannelError) {
        self.settings = try SocketIOSettings(settings)
        hub = EngineHub(context)
        output = SocketIOOutput(hub: hub, event: self.settings.botEvent, namespace: self.settings.namespace)
        deduplicator = MessageDeduplicator("socketio", context)
        hub.received = { [weak self] session, text in self?.received(session, text) ?? true }
    }

    /// The health route and the route of Engine.IO.
    package var routes: [Route] {
        [
            healthRoute,
            Route(.get, settings.path, handler: .task { await self.respondToGet($0.request) }),
            Route(.post, settings.path, handler: .task { await self.respondToPost($0.request) }),
        ]
    }

    /// Sends to rooms: sockets and sessions by their ids.
    package var outgoing: (any OutputChannel)? { output }

    /// Begins to listen to the other workers.
    package func start() async throws(Channels.ChannelError) { await hub.start() }

    /// Has all clients connect again, to other workers, without the loss of a message.
    package func leave(within patience: Duration) async { await hub.leave(within: patience) }

    package func workerDied(owner: String) { hub.workers?.died(owner: owner) }

    package func end() async { await hub.workers?.end() }

    // MARK: Engine.IO

    private func respondToGet(_ request: HTTPRequest) async -> HTTPResponse {
        let transport = request.query.first("transport") ?? "polling"
        guard transport == "polling" || transport == "websocket" else { return refuse("Invalid transport") }
        let id = request.query.first("sid")
        guard id != nil || request.query.first("EIO") == "4" else {
            return refuse(
                "The client is using an unsupported version of the Socket.IO or Engine.IO protocols")
        }
        if transport == "websocket" {
            let hub = hub
            let response = WebSocketLink.respond(to: request) { link in link.opened = { hub.take($0, session: id) } }
            return response ?? refuse(id == nil ? "Invalid websocket upgrade" : "Invalid transport")
        }
        guard let id else {
            guard let session = hub.open() else { return APIError.overloaded.response }
            hub.note(session)
            return packets(EnginePacket.open(session.id, canUpgrade: true), request)
        }
        let outcome = await withCheckedContinuation { continuation in
            hub.poll(id) { continuation.resume(returning: $0) }
        }
        return respond(outcome, id, request)
    }

    private func respondToPost(_ request: HTTPRequest) async -> HTTPResponse {
        guard let id = request.query.first("sid") else { return refuse("Invalid session None") }
        guard request.body.readableBytes <= EnginePacket.maxPayload else { return refuse("Bad Request") }
        let body = EnginePacket.posted(request.bytes)
        let outcome = await withCheckedContinuation { continuation in
            hub.post(body, id) { continuation.resume(returning: $0) }
        }
        return respond(outcome, id, request)
    }

    private func respond(_ outcome: EngineHub.Outcome, _ id: String, _ request: HTTPRequest) -> HTTPResponse {
        switch outcome {
        case .packets(let body): packets(body, request)
        case .accepted: HTTPResponse(status: .ok, contentType: "text/plain", body: .bytes(Array("OK".utf8)))
        case .unknownSession: refuse("Invalid session \(id)")
        case .hasLeft: refuse("The session \(id) is over, connect again")
        case .isLost: refuse("The session \(id) was lost with its worker, connect again")
        case .alreadyUpgraded: refuse("Unexpected HTTP request")
        case .unreadable: refuse("Bad Request")
        case .overloaded: APIError.overloaded.response
        }
    }

    private func packets(_ body: String, _ request: HTTPRequest) -> HTTPResponse {
        let script = request.query.first("j").flatMap { Int($0) }.map { EnginePacket.script(body, number: $0) }
        return HTTPResponse(
            status: .ok, contentType: "text/plain; charset=UTF-8", body: .bytes(Array((script ?? body).utf8)))
    }

    private func refuse(_ reason: String) -> HTTPResponse {
        HTTPResponse(
            status: .badRequest, contentType: "text/plain", body: .bytes(JSON.string(reason).encoded()))
    }

    // MARK: Socket.IO

    /// - Returns: False where a message came for which there is no room now.
    private func received(_ session: EngineSession, _ text: Substring) -> Bool {
        guard let packet = SocketPacket(text) else { return true }
        guard packet.kind != .connect else {
            connect(session, packet)
            return true
        }
        guard let socket = session.socket, packet.namespace.exact == settings.namespace.exact else { return true }
        switch packet.kind {
        case .disconnect:
            session.socket = nil
            hub.leaveRooms(session)
            hub.note(session)
        case .event:
            guard let parts = packet.data?.array, let event = parts.first?.string else { return true }
            return receivedEvent(event, parts.dropFirst().first ?? .null, session, socket, packet.number)
        case .connect, .acknowledgement, .refusal: break
        }
        return true
    }

    private func connect(_ session: EngineSession, _ packet: SocketPacket) {
        guard packet.namespace.exact == settings.namespace.exact, session.socket == nil else {
            return session.send(
                message: SocketPacket(.refusal, namespace: packet.namespace, data: "Unable to connect").text)
        }
        guard settings.admits(packet.data) else {
            deduplicator.logger.warning("A socket was refused: it has no valid token")
            return session.send(
                message: SocketPacket(
                    .refusal, namespace: packet.namespace, data: ["message": "Connection rejected by server"]
                ).text)
        }
        let socket = hub.newID()
        session.socket = socket
        hub.enter(socket, session)
        session.send(
            message: SocketPacket(.connect, namespace: settings.namespace, data: ["sid": .string(socket)]).text)
    }

    private func receivedEvent(
        _ event: String, _ data: JSON, _ session: EngineSession, _ socket: String, _ number: Int?
    ) -> Bool {
        if event == "session_request" {
            confirm(data, session, socket)
            acknowledge(number, session)
        } else if event.exact == settings.userEvent.exact {
            switch message(data, socket) {
            case .handled(let message): return take(message, session, number)
            case .withoutSession: acknowledge(number, session)
            case .unreadable: break
            }
        }
        return true
    }

    /// Begins a message's turn. Only one that has happened is acknowledged.
    private func take(_ message: UserMessage, _ session: EngineSession, _ number: Int?) -> Bool {
        let isTaken = deduplicator.takeLater(
            message, id: nil, bytes: message.text.utf8.count, reply: output,
            done: { [self] in acknowledge(number, session) }, end: { session.turnEnded() })
        if isTaken { session.turnBegan() }
        return isTaken
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

    /// What the data of a message come to.
    private enum Received {
        case handled(UserMessage)
        case withoutSession
        case unreadable
    }

    private func message(_ data: JSON, _ socket: String) -> Received {
        guard let members = data.object, let text = (members["message"] ?? "").string else {
            deduplicator.logger.warning("A message was ignored, because its 'message' is not a string")
            return .unreadable
        }
        var conversation = socket
        if settings.isPersistent {
            guard let id = members["session_id"], id.isPythonTrue else {
                deduplicator.logger.warning("A message without 'session_id' was ignored")
                return .withoutSession
            }
            conversation = id.pythonText
        }
        var metadata = members[settings.metadataKey] ?? .null
        if let text = metadata.string { metadata = (try? JSON(parsing: Array(text.utf8))) ?? .null }
        return .handled(
            UserMessage(text: text, conversation: conversation, inputChannel: name, metadata: metadata.object))
    }
}
