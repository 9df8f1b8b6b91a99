import NIOCore

extension ConnectionHandler {
    /// Has a request answered, at once where that is possible, else by a task.
    func respond(_ request: consuming HTTPRequest) {
        core.responder.route(&request)
        if let id = record?.id {
            let request = request
            RequestID.$current.withValue(id) { respondNow(request) }
        } else {
            respondNow(request)
        }
    }

    private func respondNow(_ request: consuming HTTPRequest) {
        serial += 1
        counted = (request.routeNumber, core.loop.now)
        if let response = core.responder.respondAtOnce(to: request) {
            send(response, to: serial)
            return
        }
        guard core.mayBeginTask else {
            send(ServerCore.overload.response, to: serial)
            return
        }
        let serial = serial
        request.client = ClientPresence(self, serial: serial)
        taskEndsWithClient = false
        core.taskBegan()
        // The task has the body as long as it runs, whatever becomes of its client.
        let bodyBytes = takeBody()
        task = Task(executorPreference: core.executor) { [request] in
            await self.run(request, serial)
            self.core.release(bodyBytes)
            self.core.taskEnded()
        }
    }

    private func run(_ request: HTTPRequest, _ serial: Int) async {
        var response = await core.responder.respond(to: request)
        if case .stream(let produce) = response.body {
            var streamed = response
            if self.serial == serial { addRequestID(to: &streamed) }
            let stream = ResponseStream(connection: self, serial: serial, response: streamed)
            do {
                try await produce(stream)
                response.body = .bytes([])
            } catch {
                response = (error as? APIError ?? .unexpected).response
                stream.failed = true
            }
            if stream.hasBegun {
                end(stream)
                return
            }
        }
        send(response, to: serial)
        if self.serial == serial { goOn() }
    }

    private func send(_ response: HTTPResponse, to serial: Int) {
        guard serial == self.serial, machine.responseBegins(), case .bytes(var body) = response.body else { return }
        var response = response
        addRequestID(to: &response)
        if let upgrade = response.upgrade { return performUpgrade(response, upgrade) }
        if body.count > ConnectionHandler.smallResponse, !core.holdResponse(body.count) {
            response = ServerCore.overload.response
            addRequestID(to: &response)
            body = response.bytes
        }
        write(response, body, isLast: machine.isLastResponse)
        completed(response.status.code)
        if record != nil { endAccess(status: response.status.code) }
        responseEnded()
    }

    /// Counts the present request, which has its response.
    func completed(_ status: Int) {
        let now = core.loop.now
        let (route, began) = counted ?? (0, now)
        counted = nil
        core.observer.requestCompleted(
            CompletedRequest(route: route, status: status, microseconds: Int((now - began).nanoseconds / 1000)))
    }

    /// After a response that was made by a task.
    private func goOn() {
        task = nil
        readOn()
    }

    private func responseEnded() {
        releaseBody()
        if machine.responseEnded(now: core.loop.now) == .close { close(.output) }
    }

    /// Responds in place of the request's handler; the connection ends with it.
    func refuse(_ refusal: ConnectionMachine.Refusal) {
        serial += 1
        releaseBody()
        var response = refusal.error.response
        beginAccessOfRefused()
        addRequestID(to: &response)
        if refusal == .tookTooLong || refusal == .serverEnds {
            task?.cancel()
            task = nil
        }
        write(response, response.bytes, isLast: true)
        completed(response.status.code)
        if record != nil { endAccess(status: response.status.code) }
        close(.output)
        readOn()
    }

    // MARK: Writing

    private func write(_ response: HTTPResponse, _ body: [UInt8], isLast: Bool) {
        guard let context else { return }
        let framing = response.status.mayHaveBody ? BodyFraming.length(body.count) : .none
        let buffer = core.makeBuffer(capacity: 384 + body.count) { [isHTTP10, isHeadRequest] buffer, date in
            buffer.writeHead(of: response, framing: framing, isLast: isLast, isHTTP10: isHTTP10, date: date)
            if framing != .none, !isHeadRequest { buffer.writeBytes(body) }
        }
        if let record, framing != .none, !isHeadRequest { record.bytes = body.count }
        var written: EventLoopPromise<Void>?
        if body.count > ConnectionHandler.smallResponse {
            written = context.eventLoop.makePromise()
            written?.futureResult.whenComplete { [core] _ in core.release(body.count) }
        }
        context.write(ConnectionHandler.wrapOutboundOut(buffer), promise: written)
        needsFlush = true
    }

    /// Responses of more bytes are counted until their clients have taken them.
    private static let smallResponse = 64 * 1024

    func writeContinue() {
        context?.writeAndFlush(
            ConnectionHandler.wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }

    func flushIfNeeded() {
        guard needsFlush else { return }
        needsFlush = false
        context?.flush()
    }

    /// Ends the connection once everything is written. With `.output` the input stays open until the client closes,
    /// because closing it under a client that still sends would lose the response.
    func close(_ mode: CloseMode) {
        needsFlush = false
        guard let context else { return }
        context.flush()
        let unwritten = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        if unwritten ?? 0 == 0 {
            context.close(mode: mode, promise: nil)
        } else {
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.whenComplete { _ in self.context?.close(mode: mode, promise: nil) }
            context.writeAndFlush(ConnectionHandler.wrapOutboundOut(ByteBuffer()), promise: written)
        }
    }

    // MARK: Streams

    /// Writes a part of a streamed body, with the head before the first.
    ///
    /// - Returns: Whether there still is a client.
    fileprivate func write(_ bytes: [UInt8], of stream: ResponseStream) async -> Bool {
        guard let context, serial == stream.serial else { return false }
        var buffer = ByteBuffer()
        if !stream.hasBegun {
            guard machine.responseBegins() else { return false }
            stream.hasBegun = true
            record?.status = stream.response.status.code
            let framing = isHTTP10 ? BodyFraming.close : .chunked
            if isHTTP10 { machine.endsWithResponse() }
            buffer.writeHead(
                of: stream.response, framing: framing, isLast: machine.isLastResponse, isHTTP10: isHTTP10,
                date: core.date)
        }
        if isHTTP10 {
            buffer.writeBytes(bytes)
        } else {
            buffer.writeChunk(bytes)
        }
        context.writeAndFlush(ConnectionHandler.wrapOutboundOut(buffer), promise: nil)
        record?.bytes += bytes.count
        while !isWritable, self.context != nil, serial == stream.serial {
            // Whoever makes the body waits, and perhaps others for that.
            let limit = core.loop.scheduleTask(in: TimeAmount(core.limits.keepAliveTimeout)) {
                self.context?.close(promise: nil)
            }
            await withCheckedContinuation { writers.append($0) }
            limit.cancel()
        }
        return self.context != nil && serial == stream.serial
    }

    private func end(_ stream: ResponseStream) {
        guard let context, serial == stream.serial else { return }
        completed(stream.response.status.code)
        if record != nil { endAccess(status: stream.response.status.code, isWhole: !stream.failed) }
        guard !stream.failed else {
            context.close(promise: nil)
            return
        }
        if !isHTTP10 {
            context.write(ConnectionHandler.wrapOutboundOut(ByteBuffer(string: "0\r\n\r\n")), promise: nil)
            needsFlush = true
        }
        responseEnded()
        goOn()
    }

    func resumeWriters() {
        let waiting = writers
        writers = []
        for writer in waiting { writer.resume() }
    }
}

private final class ResponseStream: BodyWriter, @unchecked Sendable {
    // @unchecked: touched on the connection's event loop only.

    let connection: ConnectionHandler
    let serial: Int
    let response: HTTPResponse
    var hasBegun = false
    var failed = false

    init(connection: ConnectionHandler, serial: Int, response: HTTPResponse) {
        self.connection = connection
        self.serial = serial
        self.response = response
    }

    func write(_ bytes: [UInt8]) async -> Bool {
        connection.core.loop.assertInEventLoop()
        return await connection.write(bytes, of: self)
    }
}

extension ServerCore {
    /// More is asked of this worker than it takes at a time.
    static let overload = APIError.overloaded
}

extension ConnectionMachine.Refusal {
    var error: APIError {
        switch self {
        case .malformed: .badRequest("The request is not valid HTTP/1.1.")
        case .headTooLarge:
            APIError(.headersTooLarge, "HeadersTooLarge", "The request's target and headers exceed the size limit.")
        case .bodyTooLarge: APIError(.contentTooLarge, "ContentTooLarge", "The request's body exceeds the size limit.")
        case .expectationFailed:
            APIError(.expectationFailed, "ExpectationFailed", "The only expectation met here is '100-continue'.")
        case .overloaded: ServerCore.overload
        case .tooSlow: APIError(.requestTimeout, "RequestTimeout", "The request took too long to arrive.")
        case .tookTooLong:
            APIError(
                .serviceUnavailable, "ResponseTimeout",
                "The response took longer than --response-timeout allows. What was asked for may be done all the same.")
        case .serverEnds:
            .unavailable(
                "ServerEnds",
                "The server ends before the response is made. What was asked for may be done all the same.",
                retryAfter: 1)
        }
    }
}
