import NIOCore

extension ConnectionHandler {
    /// Writes the head of a response after which the connection speaks another protocol, takes the handlers of HTTP out
    /// of the pipeline, and lets the other protocol put in its own. The connection still counts as the server's.
    func performUpgrade(_ response: HTTPResponse, _ upgrade: @escaping @Sendable (any Channel) throws -> Void) {
        guard let context else { return }
        let channel = context.channel
        var head = ByteBuffer()
        head.writeHead(of: response, framing: .none, isLast: false, isHTTP10: false, date: core.date)
        context.writeAndFlush(ConnectionHandler.wrapOutboundOut(head), promise: nil)
        completed(response.status.code)
        if record != nil { endAccess(status: response.status.code) }
        handedOver = channel
        let pipeline = channel.pipeline
        let removals = [ConnectionPart.watch, .decoder, .connection].map { pipeline.removeHandler(name: $0.rawValue) }
        EventLoopFuture.andAllSucceed(removals, on: channel.eventLoop)
            .flatMapThrowing {
                try upgrade(channel)
                channel.read()
            }
            .whenFailure { _ in channel.close(promise: nil) }
    }
}

/// The handlers of one connection by their names in the pipeline.
enum ConnectionPart: String {
    case watch = "parley.watch"
    case decoder = "parley.decoder"
    case connection = "parley.connection"
}
