import NIOCore

/// Stands before the decoder: tells the connection that bytes came, and keeps the request line of a request whose
/// method the decoder does not know, so that it gets a 405 and not a 400.
final class RequestLineWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: ConnectionHandler

    init(connection: ConnectionHandler) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = RequestLineWatch.unwrapInboundIn(data)
        if connection.isBetweenRequests {
            connection.bytesCame(unknownRequest: RequestLineWatch.unknownRequest(bytes))
        }
        context.fireChannelRead(data)
    }

    /// Method and target of a request that is no common one; nil for the common ones and for anything else.
    static func unknownRequest(_ bytes: ByteBuffer) -> (method: String, target: String)? {
        guard let start = bytes.getInteger(at: bytes.readerIndex, as: UInt32.self) else { return nil }
        switch start {
        case 0x4745_5420, 0x504F_5354, 0x5055_5420, 0x4845_4144, 0x4445_4C45, 0x4F50_5449, 0x5041_5443:
            return nil  // GET, POST, PUT, HEAD, DELETE, OPTIONS, PATCH
        default: break
        }
        let line = bytes.readableBytesView.prefix(4096).prefix { $0 != 0x0A }
        guard line.endIndex < bytes.readableBytesView.endIndex else { return nil }
        let words = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8), let method = words.first, method.count <= 32,
            !method.isEmpty, method.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 || $0 == 0x2D }), words[1].first == 0x2F
        else { return nil }
        return (String(decoding: method, as: UTF8.self), String(decoding: words[1], as: UTF8.self))
    }
}
