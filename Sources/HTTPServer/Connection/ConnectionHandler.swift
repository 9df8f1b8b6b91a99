import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS

/// One connection: takes requests one at a time and in order, has them answered, and writes the responses.
///
/// What is to happen when is ``ConnectionMachine``'s to say; this handler does it. Requests that come while one is
/// being answered wait in `queue`, but no more of them than came with one read: the others wait in the kernel.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler, @unchecked Sendable {
    // @unchecked: touched on the connection's event loop only; tasks that handle requests run there too.

    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Input {
        case part(HTTPServerRequestPart)
        case failure(ConnectionMachine.Refusal)
        case unknownRequest(method: String, target: String)
        case end
    }

    let core: ServerCore
    var machine: ConnectionMachine
    var context: ChannelHandlerContext?
    /// The connection once it speaks another protocol.
    var handedOver: (any Channel)?
    /// Tells the present request from those before it, whose tasks may still run.
    var serial = 0
    /// How the present request is counted, and since when it is whole; nil before it is.
    var counted: (route: Int, began: NIODeadline)?
    var isHeadRequest = false
    var isHTTP10 = false
    var task: Task<Void, Never>?
    /// Whether `task` is of no use without the client.
    var taskEndsWithClient = false
    var clientIsGone = false
    var needsFlush = false
    var isWritable = true
    var writers: [CheckedContinuation<Void, Never>] = []
    /// The other end, where a proxy has told it or the access log has asked for it.
    var peer: Peer?
    /// The present request for the access log. Looked at several times for each request, on the event loop alone, where
    /// a check of exclusive access would cost more than the look.
    @exclusivity(unchecked) var record: AccessRecord?

    private var queue = CircularBuffer<Input>()
    private var head: HTTPRequestHead?
    fileprivate var body = ByteBuffer()
    /// Bytes of the present request's body, as counted by `core`.
    fileprivate var bufferedBodyBytes = 0
    private var isReading = false
    private var readIsHeld = false
    /// Bytes of responses that the client had not taken when a deadline was last over.
    private var lastUnwritten = 0
    private var unknownRequest: (method: String, target: String)?

    init(core: ServerCore) {
        self.core = core
        machine = ConnectionMachine(limits: core.limits, isEncrypted: core.tls != nil, now: core.loop.now)
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        core.opened(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closed()
    }

    func channelInactive(context: ChannelHandlerContext) {
        closed()
        context.fireChannelInactive()
    }

    private func closed() {
        guard context != nil else { return }
        if record != nil { endAccess(status: record?.status, isWhole: false) }
        context = nil
        machine.channelClosed()
        clientLeft()
        releaseBody()
        queue.removeAll()
        resumeWriters()
        if let handedOver {
            handedOver.closeFuture.whenComplete { _ in self.core.closed(self) }
        } else {
            core.closed(self)
        }
    }

    /// The server is about to end; see ``ConnectionMachine/drain()``.
    func drain() { machine.drain() }

    /// The server ends; see ``ConnectionMachine/end(now:)``.
    func end() {
        // Who has taken a connection over ends it, in the way of its own protocol.
        guard handedOver == nil else { return }
        noteUnread()
        if machine.end(now: core.loop.now) == .close { context?.close(promise: nil) }
    }

    /// The server waits no longer for responses; see ``ConnectionMachine/giveUp(now:)``.
    func giveUp() {
        if case .refuse(let refusal) = machine.giveUp(now: core.loop.now) { refuse(refusal) }
    }

    func timePassed(now: NIODeadline) {
        let unwritten = (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        let takesResponse = unwritten > 0 && unwritten != lastUnwritten
        lastUnwritten = unwritten
        // A large response may take a slow client longer than the next request may.
        if takesResponse, machine.responseIsTaken(now: now) { return }
        noteUnread()
        switch machine.timePassed(now: now) {
        case .nothing: break
        case .close: context?.close(promise: nil)
        case .refuse(let refusal): refuse(refusal)
        case .abandon:
            task?.cancel()
            context?.close(promise: nil)
        }
    }

    // MARK: Input

    var isBetweenRequests: Bool { machine.state == .idle(hasBegun: false) }

    /// Whether nobody would miss the connection but for the time it takes to make another.
    func mayMakeRoom(idleSince time: NIODeadline) -> Bool {
        guard isBetweenRequests, handedOver == nil, machine.idleSince <= time else { return false }
        let unwritten = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
        return unwritten ?? 0 == 0
    }

    func bytesCame(unknownRequest: (method: String, target: String)?) {
        machine.bytesCame(now: core.loop.now)
        self.unknownRequest = unknownRequest
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        take(.part(ConnectionHandler.unwrapInboundIn(data)))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        flushIfNeeded()
    }

    func read(context: ChannelHandlerContext) {
        // While nothing waits the socket stays watched: to stop and start that for each request would cost system
        // calls.
        if !queue.isEmpty || !isWritable {
            readIsHeld = true
        } else {
            context.read()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.invalidMethod:
            if let request = unknownRequest {
                unknownRequest = nil
                take(.unknownRequest(method: request.method, target: request.target))
            } else {
                take(.failure(.malformed))
            }
        case HTTPParserError.headerOverflow: take(.failure(.headTooLarge))
        case is HTTPParserError: take(.failure(.malformed))
        case is ByteToMessageDecoderError: break  // more input after such a failure
        // A client that ends without the words of TLS may wait for a response; that its input ended is told apart.
        case NIOSSLError.uncleanShutdown: break
        default: context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            clientLeft()
            take(.end)
        case TLSUserEvent.handshakeCompleted: machine.handshakeEnded(now: core.loop.now)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        if isWritable {
            resumeWriters()
            readOn()
        }
        context.fireChannelWritabilityChanged()
    }

    private var isHeldBack: Bool { machine.isBusy || !isWritable }

    private func take(_ input: Input) {
        if isHeldBack || !queue.isEmpty {
            queue.append(input)
        } else {
            process(input)
        }
        if !isReading { flushIfNeeded() }
    }

    /// Goes on with what waited for the end of a response.
    func readOn() {
        while !isHeldBack, let input = queue.popFirst() { process(input) }
        flushIfNeeded()
        if readIsHeld, queue.isEmpty, isWritable, let context {
            readIsHeld = false
            context.read()
        }
    }

    private func process(_ input: Input) {
        let now = core.loop.now
        switch input {
        case .part(.head(let head)): process(head, now)
        case .part(.body(let bytes)):
            switch machine.bodyCame(bytes.readableBytes, now: now) {
            case .append:
                if core.hold(bytes.readableBytes) {
                    append(bytes)
                } else if machine.inputFailed(.overloaded, now: now) == .refuse(.overloaded) {
                    refuse(.overloaded)
                }
            case .refuse(let refusal): refuse(refusal)
            case .ignore: break
            }
        case .part(.end):
            guard machine.requestEnded(now: now) == .respond, let head else { return }
            let request = HTTPRequest(
                method: HTTPMethod(head.method), target: head.uri, fields: RequestHeaders(head.headers), body: body,
                maxJSONValues: core.limits.maxJSONValues)
            self.head = nil
            body = ByteBuffer()
            respond(request)
        case .unknownRequest(let method, let target):
            guard machine.headCame(.init(keepsAlive: false), now: now) == .receive else { return }
            isHTTP10 = false
            isHeadRequest = false
            if let log = core.accessLog {
                beginAccess(log, method: method, target: target, headers: RequestHeaders())
            }
            _ = machine.requestEnded(now: now)
            respond(HTTPRequest(method: HTTPMethod(rawValue: method), target: target))
        case .failure(let refusal):
            if machine.inputFailed(refusal, now: now) == .refuse(refusal) { refuse(refusal) }
        case .end:
            if machine.inputEnded() == .close { close(.all) }
        }
    }

    private func process(_ head: HTTPRequestHead, _ now: NIODeadline) {
        unknownRequest = nil
        isHTTP10 = head.version.major == 1 && head.version.minor == 0
        isHeadRequest = head.method == .HEAD
        if let log = core.accessLog {
            beginAccess(log, method: head.method.rawValue, target: head.uri, headers: RequestHeaders(head.headers))
        }
        switch machine.headCame(ConnectionMachine.Head(head, isHTTP10: isHTTP10), now: now) {
        case .receive: self.head = head
        case .permit:
            self.head = head
            writeContinue()
        case .refuse(let refusal): refuse(refusal)
        case .ignore: record = nil
        }
    }

    private func append(_ bytes: ByteBuffer) {
        bufferedBodyBytes += bytes.readableBytes
        if body.readableBytes == 0 {
            body = bytes
        } else {
            var bytes = bytes
            body.writeBuffer(&bytes)
        }
    }
}

extension ConnectionHandler {
    /// The body is not needed any more.
    func releaseBody() {
        body = ByteBuffer()
        core.release(takeBody())
    }

    /// Leaves the body to somebody else.
    ///
    /// - Returns: How many bytes the new owner has to release.
    func takeBody() -> Int {
        defer { bufferedBodyBytes = 0 }
        return bufferedBodyBytes
    }
}

extension ConnectionMachine.Head {
    init(_ head: HTTPRequestHead, isHTTP10: Bool) {
        // A client that wants another protocol goes on in this one, and the decoder reads no further.
        let wantsUpgrade = head.method == .CONNECT || head.headers.contains(name: "upgrade")
        keepsAlive = head.isKeepAlive && !wantsUpgrade
        // The decoder sees to it that lengths do not contradict each other. HTTP/1.0 has no codings, so programs on the
        // way may take chunks for the next requests (RFC 9112, 6.1).
        let codings = head.headers["transfer-encoding"]
        let length = head.headers.first(name: "content-length")
        bodyLength = length.flatMap { UInt64(Self.trimmed($0)) }.map { Int(clamping: $0) }
        isMalformed =
            codings.contains { $0.lowercased() != "chunked" } || isHTTP10 && !codings.isEmpty
            || length != nil && bodyLength == nil || !Self.names(host: head.headers["host"], isHTTP10: isHTTP10)
        if let expectation = head.headers.first(name: "expect"), !isHTTP10 {
            self.expectation = expectation.lowercased() == "100-continue" ? .permission : .unknown
        }
    }

    /// A value without the blanks that the decoder leaves at its end.
    private static func trimmed(_ value: String) -> Substring {
        guard let end = value.utf8.lastIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { return "" }
        return value[...end]
    }

    /// Whether a request says once, and in the signs that may stand there, which host it is for; HTTP/1.0 need not
    /// (RFC 9112, 3.2).
    private static func names(host values: [String], isHTTP10: Bool) -> Bool {
        guard let value = values.first else { return isHTTP10 }
        return values.count == 1 && trimmed(value).utf8.allSatisfy { $0 < 128 && Self.hostSigns[Int($0)] }
    }

    private static let hostSigns: [Bool] = {
        var signs = Array(repeating: false, count: 128)
        for range in [UInt8(ascii: "0")...UInt8(ascii: "9"), 0x61...0x7A, 0x41...0x5A] {
            for byte in range { signs[Int(byte)] = true }
        }
        for byte in "-._~!$&'()*+,;=%:[]".utf8 { signs[Int(byte)] = true }
        return signs
    }()
}
