import Cryptography
import Encodings
import HTTPServer
import Logging
import NIOCore
import NIOWebSocket

/// One WebSocket connection: texts in, texts out.
final class WebSocketLink: ChannelInboundHandler, @unchecked Sendable {
    // @unchecked: touched on the connection's event loop only.

    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// The client may have this many bytes waiting; one that takes nothing is let go.
    private static let maxBacklog = 4 << 20

    /// Told when the connection is ready for texts, of each text, and when the connection is over.
    var opened: (WebSocketLink) -> Void = { _ in }
    var received: (String) -> Void = { _ in }
    var ended: () -> Void = {}
    /// Counts what clients have not taken yet, this one's part of it included.
    var backlog = EngineBacklog()
    private var counted = 0
    let intake = WebSocketIntake()
    private let logger = Logger(label: "parley.channel.socketio")
    private var context: ChannelHandlerContext?
    /// Nothing more is taken from the client, which has been told why.
    private var isRefused = false
    /// The client has been told to connect again. It is heard until it closes, and gets nothing more.
    private var isLeaving = false
    /// How long a client that was told so may take to close.
    private static let patience = TimeAmount.seconds(5)

    // MARK: Handshake

    /// The response that makes a request's connection a WebSocket; nil where the request asks for none.
    static func respond(
        to request: HTTPRequest, _ configure: @escaping @Sendable (WebSocketLink) -> Void
    ) -> HTTPResponse? {
        guard request.fields["upgrade"]?.lowercased() == "websocket", request.fields["sec-websocket-version"] == "13",
            let key = request.fields["sec-websocket-key"], Base64.decode(key)?.count == 16
        else { return nil }
        var response = HTTPResponse(
            status: HTTPStatus(code: 101),
            fields: [
                HTTPField("upgrade", "websocket"), HTTPField("connection", "upgrade"),
                HTTPField("sec-websocket-accept", accept(key)),
            ])
        response.upgrade = { channel in
            let link = WebSocketLink()
            configure(link)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(link.intake)
            try pipeline.addHandler(WebSocketFrameEncoder())
            try pipeline.addHandler(
                ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: EnginePacket.maxPayload)))
            try pipeline.addHandler(WebSocketRules())
            try pipeline.addHandler(
                NIOWebSocketFrameAggregator(
                    minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 256,
                    maxAccumulatedFrameSize: EnginePacket.maxPayload))
            try pipeline.addHandler(link)
        }
        return response
    }

    /// What shows the client that its key was read.
    static func accept(_ key: String) -> String {
        let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        return Base64.encode(Digest.sha1.of(text))
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        opened(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) { over() }

    func channelInactive(context: ChannelHandlerContext) {
        over()
        context.fireChannelInactive()
    }

    private func over() {
        guard context != nil else { return }
        context = nil
        count(0)
        ended()
        ended = {}
        received = { _ in }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isRefused else { return }
        guard let code = WebSocketBreach.code(of: error) else { return context.close(promise: nil) }
        refuse(code)
    }

    /// Ends the connection for what the client has sent, and tells it why. The input stays open for a moment: to close
    /// it under a client that still sends would lose what it is told.
    private func refuse(_ code: WebSocketErrorCode) {
        guard let context, !isRefused else { return }
        guard !isLeaving else { return context.close(promise: nil) }
        isRefused = true
        var content = ByteBuffer()
        content.write(webSocketErrorCode: code)
        write(.connectionClose, content)
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        context.eventLoop.scheduleTask(in: WebSocketLink.patience) { channel.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        let frame = WebSocketLink.unwrapInboundIn(data)
        let content = frame.unmaskedData
        switch frame.opcode {
        case .text:
            guard let text = content.text else { return refuse(WebSocketBreach.notText.code) }
            intake.messageCame()
            received(text)
        case .ping, .pong:
            intake.controlCame(bytes: content.readableBytes)
            if frame.opcode == .ping { send(.pong, content) }
        case .connectionClose:
            if !isLeaving { write(.connectionClose, content) }
            context.close(promise: nil)
        default: break
        }
    }

    // MARK: Sending

    func send(_ text: String) { send(.text, ByteBuffer(string: text)) }

    private func send(_ opcode: WebSocketOpcode, _ content: ByteBuffer) {
        guard let context, !isLeaving else { return }
        let unwritten = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        guard unwritten < WebSocketLink.maxBacklog, count(context.channel.isWritable ? 0 : unwritten) else {
            logger.warning("A client does not read its messages; its connection is closed")
            return context.close(promise: nil)
        }
        write(opcode, content)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { count(0) }
        context.fireChannelWritabilityChanged()
    }

    /// Notes how many bytes the client has not taken.
    ///
    /// - Returns: Whether there is room for so many.
    @discardableResult
    private func count(_ bytes: Int) -> Bool {
        backlog.remove(counted)
        counted = 0
        guard backlog.add(bytes) else { return false }
        counted = bytes
        return true
    }

    /// Lets what the client sends wait, or not.
    func hold(_ isHolding: Bool) { intake.hold(isHolding) }

    /// Tells the client that this end of the connection goes away. What it has sent before it knew still comes.
    func leave() {
        guard let context, !isRefused, !isLeaving else { return }
        var code = ByteBuffer()
        code.write(webSocketErrorCode: .goingAway)
        write(.connectionClose, code)
        isLeaving = true
        let channel = context.channel
        context.eventLoop.scheduleTask(in: WebSocketLink.patience) { channel.close(promise: nil) }
    }

    func close() {
        guard let context else { return }
        guard !isLeaving else { return context.close(promise: nil) }
        var code = ByteBuffer()
        code.write(webSocketErrorCode: .normalClosure)
        write(.connectionClose, code)
        context.close(promise: nil)
    }

    private func write(_ opcode: WebSocketOpcode, _ content: ByteBuffer) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, data: content)
        context?.writeAndFlush(WebSocketLink.wrapOutboundOut(frame), promise: nil)
    }
}
