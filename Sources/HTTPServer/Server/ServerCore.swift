import EventLoops
import NIOCore
import System

/// What the connections of one server share.
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
    /// Called whenever a connection or a task ended.
    var somethingEnded: () -> Void = {}

    private(set) var tasks = 0
    /// Bytes of the bodies that connections and their tasks hold, and of large answers that clients have not taken yet.
    private(set) var maxBufferedBodyBytes = 0
    private var connections: [ObjectIdentifier: ConnectionHandler] = [:]
    private var isDraining = false
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
    var mayAccept: Bool { !isDraining && !isFull && observer.shouldAccept() }
    var date: [UInt8] { clock.current() }

    func opened(_ connection: ConnectionHandler) {
        connections[ObjectIdentifier(connection)] = connection
        observer.connectionsChanged(to: connections.count)
        if isDraining { connection.drain() }
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
        somethingEnded()
    }

    func taskBegan() {
        tasks += 1
        observer.requestsInFlightChanged(to: tasks)
    }

    func taskEnded() {
        tasks -= 1
        observer.requestsInFlightChanged(to: tasks)
        somethingEnded()
    }

    /// Whether one more request may be answered by a task.
    var mayBeginTask: Bool { tasks < limits.requestsInFlight }

    /// Makes room for a part of a body.
    ///
    /// - Returns: Whether there is any.
    func hold(_ count: Int) -> Bool {
        guard maxBufferedBodyBytes + count <= limits.maxBufferedBodyBytes else { return false }
        maxBufferedBodyBytes += count
        return true
    }

    /// Counts a large answer that its client has not taken yet; where there is any room left, so that one fits however
    /// large it is.
    ///
    /// - Returns: Whether there is room.
    func holdAnswer(_ count: Int) -> Bool {
        guard maxBufferedBodyBytes < limits.maxBufferedBodyBytes else { return false }
        maxBufferedBodyBytes += count
        return true
    }

    func release(_ count: Int) {
        maxBufferedBodyBytes -= count
    }

    func drain() {
        isDraining = true
        for connection in Array(connections.values) { connection.drain() }
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
        for connection in idle.sorted(by: { $0.machine.idleSince < $1.machine.idleSince }).prefix(count) {
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

    /// A buffer for one answer. Its memory is that of the last answer, if that has gone out.
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
