import NIOCore

/// The life of one connection: which request is under way, whether the connection outlives it, what its deadline is.
///
/// It owns no clock and does no I/O: every event tells the time and is answered by what is to be done, and the
/// connection's handler does it. Pipelined requests are its caller's to hold back while ``isBusy``.
struct ConnectionMachine {
    enum State: Equatable {
        /// No request is under way; `hasBegun` once bytes of the next came.
        case idle(hasBegun: Bool)
        /// The head is here, the body is coming.
        case receiving
        /// The request is whole. `hasBegun` once the head of the response is written.
        case responding(hasBegun: Bool)
        /// The last response is given; what still comes is thrown away until the client closes.
        case lingering
        case closed
    }

    /// What the machine needs to know of a request's head.
    struct Head: Equatable {
        enum Expectation { case none, permission, unknown }
        var keepsAlive = true
        /// `content-length`; nil for none and for chunked bodies.
        var bodyLength: Int?
        var expectation = Expectation.none
        /// Whether it breaks a rule of HTTP/1.1: it names no host, or a program on the way might read it as another
        /// request, or as two.
        var isMalformed = false
    }

    /// Requests that the connection itself answers. All but ``tookTooLong`` and ``serverEnds`` leave input unread.
    enum Refusal: Equatable {
        case malformed, headTooLarge, bodyTooLarge, expectationFailed, overloaded, tooSlow, tookTooLong, serverEnds
    }

    enum HeadAction: Equatable { case receive, permit, refuse(Refusal), ignore }
    enum BodyAction: Equatable { case append, refuse(Refusal), ignore }
    enum EndAction: Equatable { case respond, ignore }
    enum FailureAction: Equatable { case refuse(Refusal), ignore }
    enum CompletionAction: Equatable { case readOn, close }
    enum EventAction: Equatable { case close, nothing }
    enum DeadlineAction: Equatable { case nothing, close, refuse(Refusal), abandon }

    let limits: ServerLimits
    private(set) var state = State.idle(hasBegun: false)
    private(set) var deadline: NIODeadline
    /// Since when no request is under way, where none is.
    private(set) var idleSince: NIODeadline
    private var keepsAlive = true
    private var receivedBytes = 0
    private var isDraining = false
    private var isEnding = false
    private var inputHasEnded = false
    /// Whether a request's head has come.
    private var hasHadRequest = false
    /// Whether the head of the present response said that the connection ends.
    private var hasSaidLast = false

    /// - Parameter isEncrypted: Whether a TLS handshake comes first.
    init(limits: ServerLimits, isEncrypted: Bool = false, now: NIODeadline) {
        self.limits = limits
        idleSince = now
        deadline =
            now + TimeAmount(isEncrypted ? min(limits.handshakeTime, limits.requestTimeout) : limits.requestTimeout)
    }

    /// The connection is encrypted from now on.
    mutating func handshakeEnded(now: NIODeadline) {
        guard state == .idle(hasBegun: false) else { return }
        deadline = now + TimeAmount(timeForRequest)
    }

    /// How long the rest of a request may take.
    private var timeForRequest: Duration {
        isEnding ? min(limits.restTime, limits.requestTimeout) : limits.requestTimeout
    }

    /// Whether the next request must wait.
    var isBusy: Bool {
        if case .responding = state { true } else { false }
    }

    /// Whether the connection ends with the present response, as its head has to say. Once it has not said so, the
    /// client may rely on it, and the connection outlives the response.
    var isLastResponse: Bool { !keepsAlive || isDraining || inputHasEnded }

    mutating func bytesCame(now: NIODeadline) {
        guard state == .idle(hasBegun: false) else { return }
        state = .idle(hasBegun: true)
        deadline = now + TimeAmount(timeForRequest)
    }

    mutating func headCame(_ head: Head, now: NIODeadline) -> HeadAction {
        guard case .idle = state else { return .ignore }
        bytesCame(now: now)
        hasHadRequest = true
        keepsAlive = head.keepsAlive
        receivedBytes = 0
        if head.isMalformed { return .refuse(refused(.malformed, now: now)) }
        if head.expectation == .unknown { return .refuse(refused(.expectationFailed, now: now)) }
        if let length = head.bodyLength, length > limits.maxBodyBytes {
            return .refuse(refused(.bodyTooLarge, now: now))
        }
        state = .receiving
        return head.expectation == .permission ? .permit : .receive
    }

    mutating func bodyCame(_ count: Int, now: NIODeadline) -> BodyAction {
        guard state == .receiving else { return .ignore }
        receivedBytes += count
        guard receivedBytes <= limits.maxBodyBytes else { return .refuse(refused(.bodyTooLarge, now: now)) }
        return .append
    }

    mutating func requestEnded(now: NIODeadline) -> EndAction {
        guard state == .receiving else { return .ignore }
        state = .responding(hasBegun: false)
        deadline = now + TimeAmount(limits.responseTimeout)
        return .respond
    }

    /// The input cannot be read as HTTP. Comes in order with the requests before it.
    mutating func inputFailed(_ refusal: Refusal, now: NIODeadline) -> FailureAction {
        switch state {
        case .idle, .receiving: .refuse(refused(refusal, now: now))
        case .responding, .lingering, .closed: .ignore
        }
    }

    /// The client will send no more. It may still wait for a response.
    mutating func inputEnded() -> EventAction {
        inputHasEnded = true
        switch state {
        case .responding: return .nothing
        case .idle, .receiving, .lingering:
            state = .closed
            return .close
        case .closed: return .nothing
        }
    }

    /// - Returns: False where nobody waits for the response any more.
    mutating func responseBegins() -> Bool {
        guard state == .responding(hasBegun: false) else { return false }
        state = .responding(hasBegun: true)
        hasSaidLast = isLastResponse
        return true
    }

    /// The connection does not outlive the present response.
    mutating func endsWithResponse() {
        keepsAlive = false
        hasSaidLast = true
    }

    mutating func responseEnded(now: NIODeadline) -> CompletionAction {
        guard case .responding = state else { return .close }
        if hasSaidLast || inputHasEnded || isEnding {
            linger(now: now)
            return .close
        }
        state = .idle(hasBegun: false)
        idleSince = now
        deadline = now + TimeAmount(limits.keepAliveTimeout)
        return .readOn
    }

    /// The server is about to end: responses say that they are the last. What is idle stays open, since a request may
    /// be on its way to it.
    mutating func drain() {
        isDraining = true
    }

    /// The server ends: an idle connection at once, one with a response when that is given; whoever has sent a part of
    /// a request has a moment for the rest, and a connection that was just made one for its first request, which is
    /// likely to be on its way.
    mutating func end(now: NIODeadline) -> EventAction {
        isDraining = true
        isEnding = true
        switch state {
        case .idle(hasBegun: false):
            if !hasHadRequest { deadline = min(deadline, idleSince + TimeAmount(limits.restTime)) }
            guard !hasHadRequest, now < deadline else {
                state = .closed
                return .close
            }
        case .idle(hasBegun: true), .receiving: deadline = min(deadline, now + TimeAmount(limits.restTime))
        case .lingering: deadline = min(deadline, now + Self.lastLinger)
        case .responding, .closed: break
        }
        return .nothing
    }

    /// The server's time to end is nearly over: what has no response yet gets none but this.
    mutating func giveUp(now: NIODeadline) -> FailureAction {
        guard state == .responding(hasBegun: false) else { return .ignore }
        return .refuse(refused(.serverEnds, now: now))
    }

    mutating func channelClosed() {
        state = .closed
    }

    /// The client still takes what was written.
    ///
    /// - Returns: Whether it gets more time for that.
    mutating func responseIsTaken(now: NIODeadline) -> Bool {
        guard state == .idle(hasBegun: false) || state == .lingering else { return false }
        deadline = now + TimeAmount(limits.lingerTime)
        return true
    }

    /// To be asked now and then.
    mutating func timePassed(now: NIODeadline) -> DeadlineAction {
        guard now >= deadline else { return .nothing }
        switch state {
        case .idle(hasBegun: false), .lingering:
            state = .closed
            return .close
        case .idle(hasBegun: true), .receiving: return .refuse(refused(.tooSlow, now: now))
        case .responding(hasBegun: false): return .refuse(refused(.tookTooLong, now: now))
        case .responding(hasBegun: true):
            state = .closed
            return .abandon
        case .closed: return .nothing
        }
    }

    private mutating func refused(_ refusal: Refusal, now: NIODeadline) -> Refusal {
        keepsAlive = false
        linger(now: now)
        return refusal
    }

    private mutating func linger(now: NIODeadline) {
        state = .lingering
        let time = TimeAmount(limits.lingerTime)
        deadline = now + (isEnding ? min(time, Self.lastLinger) : time)
    }

    /// How long a client that does not close keeps a server from ending.
    private static let lastLinger = TimeAmount.seconds(1)
}
