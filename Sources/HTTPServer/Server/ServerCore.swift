import EventLoops
import NIOCore
import System

final class ServerCore: @unchecked Sendable {
    // @unchecked: touched on the event loop only.

    let loop: any EventLoop
    let limits: ServerLimits
    let responder: any Responder
    let observer: any ServerObserver
    let executor: LoopTaskExecutor
    /// Spreads the handshakes of encrypted connections.
    let handshakes: HandshakePacer
    /// Encrypts the connections; nil for plain HTTP.
    var tls: TLSContext?
    /// Takes a line for each request; nil for no access log. Set once, and looked at for each request.
    @exclusivity(unchecked) var accessLog: AccessLogWriter?
    /// Who begins its connections with a header of the PROXY protocol; nil for nobody.
    var proxyProtocol: ProxyProtocol?
    /// Called whenever a connection or a task ended.
    var somethingEnded: () -> Void = {}
    /// Those of the sockets that are open, which may take more connections then.
    private var gates: [AcceptGate] = []

    private(set) var tasks = 0
    /// Bytes of the bodies that connections and their tasks hold, and of large responses that clients have not taken
    /// yet.
    private(set) var bufferedBodyBytes = 0
    private var connections: [ObjectIdentifier: ConnectionHandler] = [:]
    private var isDraining = false
    private var isEnding = false
    private var sweep: RepeatedTask?
    private var clock = HTTPDate()
    private var scratch = ByteBuffer()

    init(
        loop: any EventLoop, limits: ServerLimits, responder: any Responder, observer: any ServerObserver,
        executor: LoopTaskExecutor
    ) {
        self.loop = loop
        self.limits = limits
        self.responder = responder
        self.observer = observer
        self.executor = executor
        handshakes = HandshakePacer(loop: loop)
    }

    var connectionCount: Int { connections.count }
    var isIdle: Bool { connections.isEmpty && tasks == 0 }
    /// Whether there are as many connections as there may be.
    var isFull: Bool { connections.count >= limits.connections }
    var mayAccept: Bool {
        !isEnding && !isFull && observer.shouldAccept { gates.contains(where: \.isAwaited) }
    }
    var date: [UInt8] { clock.current() }

    func opened(_ connection: ConnectionHandler) {
        connections[ObjectIdentifier(connection)] = connection
        observer.connectionsChanged(to: connections.count)
        if isEnding { connection.end() } else if isDraining { connection.drain() }
        if sweep == nil {
            // One timer looks at all deadlines: cheaper than a timer for each request.
            let interval = TimeAmount.milliseconds(500)
            sweep = loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { [weak self] _ in
                self?.checkDeadlines()
            }
        }
    }

    func closed(_ connection: ConnectionHandler) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        observer.connectionsChanged(to: connections.count)
        if connections.isEmpty {
            sweep?.cancel()
            sweep = nil
        }
        noteEnd()
    }

    func opened(_ gate: AcceptGate) { gates.append(gate) }

    func closed(_ gate: AcceptGate) { gates.removeAll { $0 === gate } }

    private func noteEnd() {
        for gate in gates { gate.askAgain() }
        somethingEnded()
    }

    func taskBegan() {
        tasks += 1
        observer.requestsInFlightChanged(to: tasks)
    }

    func taskEnded() {
        tasks -= 1
        observer.requestsInFlightChanged(to: tasks)
        noteEnd()
    }

    /// Whether one more request may be answered by a task.
    var mayBeginTask: Bool { tasks < limits.requestsInFlight && !observer.isShortOfMemory }

    /// Makes room for a part of a body.
    ///
    /// - Returns: Whether there is any.
    func hold(_ count: Int) -> Bool {
        guard bufferedBodyBytes + count <= limits.maxBufferedBodyBytes else { return false }
        bufferedBodyBytes += count
        return true
    }

    /// Counts a large response that its client has not taken yet; where there is any room left, so that one fits
    /// however large it is.
    ///
    /// - Returns: Whether there is room.
    func holdResponse(_ count: Int) -> Bool {
        guard bufferedBodyBytes < limits.maxBufferedBodyBytes else { return false }
        bufferedBodyBytes += count
        return true
    }

    func release(_ count: Int) {
        bufferedBodyBytes -= count
    }

    /// Responses say from now on that they are the last on their connections.
    func drain() {
        isDraining = true
        for connection in connections.values { connection.drain() }
    }

    /// Connections end, idle ones at once.
    func end() {
        isEnding = true
        for connection in Array(connections.values) { connection.end() }
    }

    /// Requests that still wait for their responses are refused.
    func giveUp() {
        for connection in Array(connections.values) { connection.giveUp() }
    }

    func closeAll() {
        for connection in Array(connections.values) {
            connection.context?.close(promise: nil)
            connection.handedOver?.close(promise: nil)
        }
    }

    /// Closes connections on which nothing has happened for a while, the longest first.
    func closeIdle(atMost count: Int) {
        let before = loop.now - Self.idleTime
        let idle = connections.values.filter { $0.mayMakeRoom(idleSince: before) }
        for connection in idle.sorted(by: { $0.machine.idleSince < $1.machine.idleSince }).prefix(count)
        where !connection.hasUnread {
            connection.context?.close(promise: nil)
        }
    }

    /// A connection that was used a shorter time ago is likely to be used again.
    private static let idleTime = TimeAmount.seconds(1)

    private func checkDeadlines() {
        let now = loop.now
        for connection in Array(connections.values)
        where now >= connection.machine.deadline
            && connection.handedOver == nil
        {
            connection.timePassed(now: now)
        }
    }

    /// A buffer for one response. Its memory is that of the last response, if that has gone out.
    func makeBuffer(capacity: Int, _ fill: (inout ByteBuffer, _ date: [UInt8]) -> Void) -> ByteBuffer {
        guard capacity <= 16 * 1024 else {
            var buffer = ByteBuffer()
            buffer.reserveCapacity(capacity)
            fill(&buffer, date)
            return buffer
        }
        scratch.clear(minimumCapacity: capacity)
        fill(&scratch, date)
        return scratch
    }
}
