import NIOCore
import NIOWebSocket

/// A breach of the WebSocket protocol (RFC 6455), and the code with which the connection is closed for it.
enum WebSocketBreach: Error, Hashable {
    /// 1002: a frame that no client may send.
    case protocolError
    /// 1007: a text that is not UTF-8.
    case notText

    var code: WebSocketErrorCode {
        switch self {
        case .protocolError: .protocolError
        case .notText: .dataInconsistentWithMessage
        }
    }

    /// The code for any failure of the handlers that read frames; nil where the connection itself has failed.
    static func code(of error: any Error) -> WebSocketErrorCode? {
        switch error {
        case let breach as WebSocketBreach: breach.code
        case NIOWebSocketError.invalidFrameLength: .messageTooLarge
        case is NIOWebSocketError: .protocolError
        case NIOWebSocketFrameAggregator.Error.accumulatedFrameSizeIsTooLarge,
            NIOWebSocketFrameAggregator.Error.tooManyFragments:
            .messageTooLarge
        case is NIOWebSocketFrameAggregator.Error: .protocolError
        default: nil
        }
    }
}

/// Holds each frame of a client to the protocol before its parts are put together: it is masked, no reserved bit is
/// set, its kind is one of the six. Sizes and fragments are looked at by the handlers around it.
final class WebSocketRules: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame

    /// After a breach nothing more is read.
    private var isBroken = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isBroken else { return }
        do {
            try WebSocketRules.check(WebSocketRules.unwrapInboundIn(data))
            context.fireChannelRead(data)
        } catch {
            isBroken = true
            context.fireErrorCaught(error)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isBroken = true
        context.fireErrorCaught(error)
    }

    /// - Throws: ``WebSocketBreach`` for a frame that no client may send.
    static func check(_ frame: WebSocketFrame) throws(WebSocketBreach) {
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else { throw .protocolError }
        switch frame.opcode {
        case .continuation, .text, .binary, .ping, .pong: break
        case .connectionClose: try check(close: frame.unmaskedData)
        default: throw .protocolError
        }
    }

    /// A close frame is empty, or holds a code that may be sent and a reason in UTF-8.
    private static func check(close content: ByteBuffer) throws(WebSocketBreach) {
        var content = content
        guard content.readableBytes > 0 else { return }
        guard let code = content.readInteger(as: UInt16.self) else { throw .protocolError }
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: break
        default: throw .protocolError
        }
        guard content.text != nil else { throw .notText }
    }
}

extension ByteBuffer {
    /// What can be read as text; nil where it is not UTF-8.
    var text: String? { String(validating: readableBytesView, as: UTF8.self) }
}
