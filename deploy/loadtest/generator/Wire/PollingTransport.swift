import NIOCore
import NIOHTTP1

/// Engine.IO over requests: one that waits for packets, one for each packet that leaves.
struct PollingTransport: SocketTransport {
    let packets: AsyncStream<String>
    let ending: SocketEnding
    private let received: AsyncStream<String>.Continuation
    private let outgoing: AsyncStream<String>.Continuation
    private let polls: Task<Void, Never>
    private let posts: Task<Bool, Never>

    /// Longer than the server's interval of pings, so that a poll ends by a packet.
    private static let pollSeconds = 90.0

    static func open(
        _ target: Target, eventLoop: any EventLoop, within seconds: Double, surplus: @escaping @Sendable () -> Void
    ) async throws(ExchangeFailure) -> Self {
        let path = "/socket.io/?EIO=4&transport=polling"
        let poll = HTTPConnection(to: target, eventLoop: eventLoop, surplus: surplus)
        let opening = try await poll.exchange(.GET, path, within: seconds)
        let first = String(buffer: opening.body)
        guard opening.status == 200, case .opened(let sid) = SocketPacket(first) else { throw .refused }
        let session = "\(path)&sid=\(sid)"
        let (packets, received) = AsyncStream.makeStream(of: String.self)
        let (pending, outgoing) = AsyncStream.makeStream(of: String.self)
        received.yield(first)
        let ending = SocketEnding()
        let posts = Task {
            let post = HTTPConnection(to: target, eventLoop: eventLoop, surplus: surplus)
            var haveAllLeft = true
            for await packet in pending where haveAllLeft {
                let response = try? await post.exchange(.POST, session, packet, within: seconds)
                haveAllLeft = response?.status == 200
                if !haveAllLeft {
                    ending.begin()
                    outgoing.finish()
                }
            }
            await post.close()
            await poll.close()
            return haveAllLeft
        }
        let polls = Task {
            while !Task.isCancelled, let response = try? await poll.exchange(.GET, session, within: pollSeconds) {
                let body = String(buffer: response.body)
                guard response.status == 200 else {
                    outgoing.finish()
                    if response.status == 400, body.contains("is over, connect again"), await posts.value {
                        ending.toldToReconnect()
                    }
                    break
                }
                SocketPacket.packets(in: body).forEach { received.yield($0) }
            }
            ending.begin()
            outgoing.finish()
            if await posts.value { ending.delivered() }
            received.finish()
        }
        return Self(
            packets: packets, ending: ending, received: received, outgoing: outgoing, polls: polls, posts: posts)
    }

    func send(_ packet: String) -> Bool {
        guard !ending.isOver, case .enqueued = outgoing.yield(packet) else { return false }
        return true
    }

    func close() {
        // Ends the posts, and with them the connections.
        outgoing.finish()
        received.finish()
        polls.cancel()
        posts.cancel()
    }
}
