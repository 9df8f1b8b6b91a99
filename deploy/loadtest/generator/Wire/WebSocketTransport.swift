import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// Engine.IO over a WebSocket, without the detour over polling.
struct WebSocketTransport: SocketTransport {
    let packets: AsyncStream<String>
    let ending: SocketEnding
    private let channel: any NIOCore.Channel

    static func open(_ target: Target, eventLoop: any EventLoop, within seconds: Double)
        async throws(ExchangeFailure) -> Self
    {
        let (packets, continuation) = AsyncStream.makeStream(of: String.self)
        let ending = SocketEnding()
        var headers = HTTPHeaders([("Host", "\(target.host):\(target.port)")])
        headers.add(name: "Content-Length", value: "0")
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: "\(target.prefix)/socket.io/?EIO=4&transport=websocket",
            headers: headers)
        do {
            let limit = TimeAmount.nanoseconds(Int64(seconds * 1e9))
            let upgraded = try await ClientBootstrap(group: eventLoop).connectTimeout(limit)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connect(host: target.host, port: target.port) { channel in
                    // A server that accepts and stays silent must not hold the user up.
                    let timer = channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
                    return channel.eventLoop.makeCompletedFuture {
                        var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
                            upgradeConfiguration: upgrade(head, continuation, ending))
                        // The first packet may arrive together with the response to the upgrade.
                        configuration.leftOverBytesStrategy = .forwardBytes
                        let upgraded = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                            configuration: configuration)
                        upgraded.whenComplete { _ in timer.cancel() }
                        return upgraded
                    }
                }
            guard let channel = try await upgraded.get() else { throw ExchangeFailure.refused }
            return Self(packets: packets, ending: ending, channel: channel)
        } catch {
            continuation.finish()
            throw .refused
        }
    }

    private static func upgrade(
        _ head: HTTPRequestHead, _ continuation: AsyncStream<String>.Continuation, _ ending: SocketEnding
    ) -> NIOTypedHTTPClientUpgradeConfiguration<(any NIOCore.Channel)?> {
        let upgrader = NIOTypedWebSocketClientUpgrader<(any NIOCore.Channel)?>(maxFrameSize: 1 << 20) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(SocketFrameHandler(continuation, ending))
                return channel
            }
        }
        return .init(upgradeRequestHead: head, upgraders: [upgrader]) { channel in
            channel.close(promise: nil)
            return channel.eventLoop.makeSucceededFuture(nil)
        }
    }

    func send(_ packet: String) -> Bool {
        guard !ending.isOver, channel.isActive else { return false }
        channel.writeAndFlush(packet, promise: nil)
        return true
    }

    func close() { channel.close(promise: nil) }
}

/// Texts in frames, and what a WebSocket owes its peer: pongs, and a close frame for a close frame.
private final class SocketFrameHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = String
    typealias OutboundOut = WebSocketFrame

    private let packets: AsyncStream<String>.Continuation
    private let ending: SocketEnding
    /// Going away, and service restart.
    private static let reconnectCodes: [UInt16] = [1001, 1012]

    init(_ packets: AsyncStream<String>.Continuation, _ ending: SocketEnding) {
        self.packets = packets
        self.ending = ending
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text:
            packets.yield(String(buffer: frame.unmaskedData))
        case .ping:
            send(.pong, frame.unmaskedData, context: context, promise: nil)
        case .connectionClose:
            var content = frame.unmaskedData
            let code = content.readInteger(as: UInt16.self)
            if let code, Self.reconnectCodes.contains(code) { ending.toldToReconnect() } else { ending.begin() }
            packets.finish()
            send(.connectionClose, frame.unmaskedData, context: context, promise: nil)
            context.close(promise: nil)
        default: break
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        send(.text, ByteBuffer(string: unwrapOutboundIn(data)), context: context, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        packets.finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func send(
        _ opcode: WebSocketOpcode, _ data: ByteBuffer, context: ChannelHandlerContext,
        promise: EventLoopPromise<Void>?
    ) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
        context.writeAndFlush(wrapOutboundOut(frame), promise: promise)
    }
}
