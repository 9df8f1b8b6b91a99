import NIOCore

/// Sends turns of one conversation over Socket.IO. A turn does not wait for the response to the one before it: the
/// server responds in order. A socket that ends is opened again at once; where the server asked for that, it owes the
/// conversation the replies to all turns that it was sent before.
actor SocketUser: User {
    private struct Turn {
        let arrival: Arrival
        var sent: NIODeadline
        var replies = 0
    }

    private let context: UserContext
    private let polls: Bool
    private let sender: Int
    /// Turns that came due while the socket was not ready.
    private var waiting: [Turn] = []
    /// Turns that were sent, in order.
    private var outstanding: [Turn] = []
    private var transport: (any SocketTransport)?
    private var isReady = false
    private var isFinished = false
    private var openedAt = NIODeadline.now()
    /// Where a socket ended with turns under way, their replies may still come to the conversation, where nothing tells
    /// them from those to later turns. So the user then goes on in a new one.
    private var renewal = 0

    private static let pause = TimeAmount.milliseconds(100)

    nonisolated var unownedExecutor: UnownedSerialExecutor { context.eventLoop.executor.asUnownedSerialExecutor() }

    init(_ context: UserContext, polls: Bool, sender: Int) {
        self.context = context
        self.polls = polls
        self.sender = sender
    }

    func run(_ arrivals: [Arrival], from start: NIODeadline) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.stayConnected() }
            group.addTask { await self.watch() }
            await send(arrivals, from: start)
            await group.waitForAll()
        }
    }

    private func send(_ arrivals: [Arrival], from start: NIODeadline) async {
        for arrival in arrivals {
            await context.wait(until: start + .nanoseconds(arrival.offset))
            submit(Turn(arrival: arrival, sent: .now()))
        }
        while !(waiting.isEmpty && outstanding.isEmpty) { await sleep() }
        isFinished = true
        transport?.close()
    }

    private func submit(_ turn: Turn) {
        let packet =
            #"42["user_uttered",{"message":\#(context.workload.message(of: turn.arrival)),"session_id":"\#(name)","#
            + #""metadata":{"turn":\#(turn.arrival.number)}}]"#
        guard isReady, let transport, transport.send(packet) else {
            waiting.append(turn)
            return
        }
        var turn = turn
        turn.sent = .now()
        outstanding.append(turn)
    }

    private var name: String { context.workload.name(of: sender, renewal: renewal) }

    private func stayConnected() async {
        while !isFinished {
            do throws(ExchangeFailure) {
                openedAt = .now()
                let transport = try await open()
                guard !isFinished else { return transport.close() }
                self.transport = transport
                for await packet in transport.packets { await receive(packet, on: transport) }
                transport.close()
                let wasReady = isReady
                self.transport = nil
                isReady = false
                // Turns that crossed the server's word have to be answered on the next socket.
                guard !transport.ending.isReconnect else { continue }
                await abandonOutstanding(as: .cut, after: transport.ending)
                if !wasReady && !isFinished { throw .cut }
            } catch {
                await end(takeWaiting(), as: error.outcome)
                await sleep()
            }
        }
    }

    private func open() async throws(ExchangeFailure) -> any SocketTransport {
        let limit = context.workload.timeout
        guard polls else {
            return try await WebSocketTransport.open(context.target, eventLoop: context.eventLoop, within: limit)
        }
        return try await PollingTransport.open(
            context.target, eventLoop: context.eventLoop, within: limit, surplus: context.surplus)
    }

    private func receive(_ packet: String, on transport: any SocketTransport) async {
        switch SocketPacket(packet) {
        case .opened: transport.send("40")
        case .connected: transport.send(#"42["session_request",{"session_id":"\#(name)"}]"#)
        case .sessionConfirmed:
            isReady = true
            takeWaiting().forEach(submit)
        case .ping: transport.send("3")
        case .message: await countReply()
        case .closed: transport.close()
        case .other: break
        }
    }

    private func countReply() async {
        guard !outstanding.isEmpty else { return await context.recorder.recordSurplus() }
        outstanding[0].replies += 1
        guard outstanding[0].replies == context.workload.replies(to: outstanding[0].arrival) else { return }
        let turn = outstanding.removeFirst()
        await context.recorder.record(turn.arrival, .completed, sent: turn.sent, renewal: renewal)
    }

    /// Ends a socket whose turns get no response in time. Responses carry no number, so later ones could not be told
    /// from those that are missing.
    private func watch() async {
        let limit = TimeAmount.nanoseconds(Int64(context.workload.timeout * 1e9))
        while !isFinished {
            await sleep()
            let now = NIODeadline.now()
            if let first = outstanding.first, now - first.sent > limit {
                await abandonOutstanding(as: .noResponse)
                transport?.close()
            } else if !isReady, now - openedAt > limit {
                await end(takeWaiting(), as: .noResponse)
                transport?.close()
            }
        }
    }

    /// - Parameter ending: How the socket ended, where it did. Turns that were accepted after a worker was killed still
    ///   have their replies on the next socket.
    private func abandonOutstanding(as outcome: Outcome, after ending: SocketEnding? = nil) async {
        let isKept = { [kills = context.kills] (turn: Turn) in ending?.hasDelivered == true && kills.isSince(turn.sent)
        }
        let turns = outstanding.filter { !isKept($0) }
        let before = renewal
        outstanding = outstanding.filter(isKept)
        if !turns.isEmpty, outstanding.isEmpty { renewal += 1 }
        await end(turns, as: outcome, renewal: before)
    }

    private func takeWaiting() -> [Turn] {
        defer { waiting = [] }
        return waiting
    }

    private func end(_ turns: [Turn], as outcome: Outcome, renewal: Int = 0) async {
        for turn in turns { await context.recorder.record(turn.arrival, outcome, sent: turn.sent, renewal: renewal) }
    }

    private func sleep() async {
        try? await context.eventLoop.scheduleTask(in: Self.pause) {}.futureResult.get()
    }
}
