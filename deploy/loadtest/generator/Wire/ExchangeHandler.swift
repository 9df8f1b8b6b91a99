import NIOCore
import NIOHTTP1

/// A request, and the promise of its response.
struct Exchange: Sendable {
    let head: HTTPRequestHead
    let body: ByteBuffer
    let response: EventLoopPromise<Response>
}

struct Response: Sendable {
    let status: Int
    var body: ByteBuffer
}

/// Makes whole responses of what arrives, one exchange at a time.
final class ExchangeHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = Exchange
    typealias OutboundOut = HTTPClientRequestPart

    private let surplus: @Sendable () -> Void
    private var promise: EventLoopPromise<Response>?
    private var response: Response?
    private var isLast = false

    /// - Parameter surplus: Called where a response comes that nobody has asked for.
    init(surplus: @escaping @Sendable () -> Void) { self.surplus = surplus }

    func write(context: ChannelHandlerContext, data: NIOAny, promise written: EventLoopPromise<Void>?) {
        let exchange = unwrapOutboundIn(data)
        promise = exchange.response
        context.write(wrapOutboundOut(.head(exchange.head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(exchange.body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            response = Response(status: Int(head.status.code), body: ByteBuffer())
            isLast = !head.isKeepAlive
        case .body(var part):
            response?.body.writeBuffer(&part)
        case .end:
            guard let promise, let response else { return surplus() }
            self.promise = nil
            self.response = nil
            if isLast { context.close(promise: nil) }
            promise.succeed(response)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error as? NIOHTTPDecoderError == .unsolicitedResponse { surplus() }
        fail()
        context.close(promise: nil)
    }

    private func fail() {
        promise?.fail(ExchangeFailure.cut)
        promise = nil
    }
}
