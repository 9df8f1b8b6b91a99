#if Kafka
    import NIOCore
    import NIOPosix
    import NIOSSL
    import TestSupport

    /// Stands before a ``KafkaCluster``, which knows neither TLS nor passwords, and asks for both.
    ///
    /// It listens on 127.0.0.2 at the cluster's own port, so that the addresses in the cluster's answers need no more
    /// than their last digit changed.
    final class KafkaFront: Sendable {
        /// Who may come in.
        struct User: Sendable {
            let name: String
            let password: String
        }

        /// Where clients connect.
        let servers: String
        private let channel: any Channel

        /// - Parameters:
        ///   - context: The server's side of TLS; nil for none.
        ///   - user: Who has to say a password by SASL PLAIN; nil lets everybody in.
        init(to cluster: KafkaCluster, tls context: NIOSSLContext?, user: User?) async throws {
            let port = Int(cluster.servers.split(separator: ":").last ?? "") ?? 0
            servers = "127.0.0.2:\(port)"
            channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelOption(ChannelOptions.autoRead, value: false)
                .childChannelInitializer { client in
                    let dialogue = NIOLoopBound(KafkaDialogue(user), eventLoop: client.eventLoop)
                    return ClientBootstrap(group: client.eventLoop)
                        .channelInitializer { upstream in
                            upstream.eventLoop.makeCompletedFuture {
                                try upstream.pipeline.syncOperations.addHandler(
                                    KafkaFrames(back: upstream, on: client) { dialogue.value.respond($0) })
                            }
                        }
                        .connect(host: "127.0.0.1", port: port)
                        .flatMapThrowing { upstream in
                            if let context {
                                try client.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                            }
                            try client.pipeline.syncOperations.addHandler(
                                KafkaFrames(back: client, on: upstream) { dialogue.value.request($0) })
                        }
                        .flatMap { client.setOption(ChannelOptions.autoRead, value: true) }
                }
                .bind(host: "127.0.0.2", port: port).get()
        }

        func close() async throws { try await channel.close() }
    }

    /// What becomes of a frame, given without its length.
    private enum Fate {
        /// Goes on to the other side.
        case on(ByteBuffer)
        /// Is answered here.
        case back(ByteBuffer)
        /// The connection ends.
        case end
    }

    /// Cuts what comes into frames.
    private final class KafkaFrames: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let own: any Channel
        private let other: any Channel
        private let decide: (ByteBuffer) -> Fate
        private var received = ByteBuffer()

        init(back own: any Channel, on other: any Channel, decide: @escaping (ByteBuffer) -> Fate) {
            self.own = own
            self.other = other
            self.decide = decide
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            received.writeBuffer(&bytes)
            while let frame = received.readLengthPrefixedSlice(as: Int32.self) {
                switch decide(frame) {
                case .on(let frame): send(frame, to: other)
                case .back(let frame): send(frame, to: own)
                case .end: own.close(promise: nil)
                }
            }
        }

        private func send(_ frame: ByteBuffer, to channel: any Channel) {
            var whole = ByteBuffer(integer: Int32(frame.readableBytes))
            whole.writeImmutableBuffer(frame)
            channel.writeAndFlush(whole, promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

        /// What is no TLS ends the connection.
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    /// One connection's requests and answers (https://kafka.apache.org/protocol).
    private final class KafkaDialogue {
        private enum Key { static let (versions, handshake, authenticate): (Int16, Int16, Int16) = (18, 17, 36) }

        private let user: KafkaFront.User?
        private var isKnown: Bool
        /// The versions in which the requests for versions were made, by the numbers of the requests.
        private var askedVersions: [Int32: Int16] = [:]

        init(_ user: KafkaFront.User?) {
            self.user = user
            isKnown = user == nil
        }

        func request(_ frame: ByteBuffer) -> Fate {
            var frame = frame
            let whole = frame
            guard let (key, version, number) = frame.readMultipleIntegers(as: (Int16, Int16, Int32).self) else {
                return .end
            }
            switch key {
            case Key.versions:
                askedVersions[number] = version
                return .on(whole)
            case Key.handshake where user != nil:
                var response = ByteBuffer()
                response.writeMultipleIntegers(number, Int16(0), Int32(1), Int16(5))
                response.writeString("PLAIN")
                return .back(response)
            case Key.authenticate where user != nil:
                _ = frame.readLengthPrefixedSlice(as: Int16.self)
                let words = frame.readLengthPrefixedSlice(as: Int32.self).map { String(buffer: $0) }
                isKnown = words == user.map { "\0\($0.name)\0\($0.password)" }
                var response = ByteBuffer()
                let reason = isKnown ? "" : "wrong password"
                response.writeMultipleIntegers(number, Int16(isKnown ? 0 : 58), Int16(reason.utf8.count))
                response.writeString(reason)
                response.writeInteger(Int32(0))
                return .back(response)
            default: return isKnown ? .on(whole) : .end
            }
        }

        func respond(_ frame: ByteBuffer) -> Fate {
            var rest = frame
            guard let number = rest.readInteger(as: Int32.self) else { return .end }
            if let version = askedVersions.removeValue(forKey: number) { return .on(addSASL(frame, version)) }
            var moved = frame
            let address = Array("127.0.0.1".utf8)
            var bytes = Array(frame.readableBytesView)
            for start in bytes.indices.dropLast(address.count - 1)
            where bytes[start..<start + address.count].elementsEqual(address) {
                bytes[start + address.count - 1] = UInt8(ascii: "2")
            }
            moved.clear()
            moved.writeBytes(bytes)
            return .on(moved)
        }

        /// Adds the requests that are answered here to those that the cluster knows.
        private func addSASL(_ frame: ByteBuffer, _ version: Int16) -> ByteBuffer {
            var frame = frame
            let whole = frame
            guard user != nil, let (number, status) = frame.readMultipleIntegers(as: (Int32, Int16).self), status == 0
            else { return whole }
            var changed = ByteBuffer()
            changed.writeMultipleIntegers(number, status)
            let added: [(Int16, Int16, Int16)] = [(Key.handshake, 0, 1), (Key.authenticate, 0, 0)]
            if version >= 3, let count = frame.readInteger(as: UInt8.self) {
                changed.writeInteger(count + UInt8(added.count))
                for (key, first, last) in added { changed.writeMultipleIntegers(key, first, last, UInt8(0)) }
            } else if let count = frame.readInteger(as: Int32.self) {
                changed.writeInteger(count + Int32(added.count))
                for (key, first, last) in added { changed.writeMultipleIntegers(key, first, last) }
            }
            changed.writeBuffer(&frame)
            return changed
        }
    }
#endif
