import NIOCore

/// The life of one connection: which request is under way, whether the connection outlives it, what its deadline is.
///
/// It owns no clock and does no I/O: every event tells the time and is answered by what is to be done, and the
/// connection's handler does it. Pipelined requests are its caller's to hold back while ``isBusy``.
struct ConnectionMachine {
    /// What happens on the connection.
    enum State: Equatable {
        /// No request is under way; `hasBegun` once bytes of the next came.
        case idle(hasBegun: Bool)
        /// The head is here, the body is coming.
        case receiving
        /// The request is whole. `hasBegun` once the head of the answer is written.
        case answering(hasBegun: Bool)
        /// The last answer is given; what still comes is thrown away until the client closes.
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

    /// Requests that the connection itself answers. All but ``tookTooLong`` leave input unread.
    enum Refusal: Equatable {
        case malformed, headTooLarge, bodyTooLarge, expectationFailed, overloaded, tooSlow, tookTooLong
    }

    enum HeadAction: Equatable { case receive, permit, refuse(Refusal), ignore }
    enum BodyAction: Equatable { case append, refuse(Refusal), ignore }
    enum EndAction: Equatable { case answer, ignore }
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
    private var bodyBytes = 0
    private var isDraining = false
    private var inputHasEnded = false

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
        deadline = now + TimeAmount(limits.requestTimeout)
    }

    /// Whether the next request must wait.
    var isBusy: Bool {
        if case .answering = state { true } else { false }
    }

    /// Whether the connection ends with the present answer, as its head has to say.
    var isLastAnswer: Bool { !keepsAlive || isDraining || inputHasEnded }

    mutating func bytesCame(now: NIODeadline) {
        guard state == .idle(hasBegun: false) else { return }
        state = .idle(hasBegun: true)
        deadline = now + TimeAmount(limits.requestTimeout)
    }

    mutating func headCame(_ head: Head, now: NIODeadline) -> HeadAction {
        guard case .idle = state else { return .ignore }
        bytesCame(now: now)
        keepsAlive = head.keepsAlive
        bodyBytes = 0
        if head.isMalformed { return .refuse(refused(.malformed, now: now)) }
        if head.expectation == .unknown { return .refuse(refused(.expectationFailed, now: now)) }
        if let length = head.bodyLength, length > limits.bodyBytes {
            return .refuse(refused(.bodyTooLarge, now: now))
        }
        state = .receiving
        return head.expectation == .permission ? .permit : .receive
    }

    mutating func bodyCame(_ count: Int, now: NIODeadline) -> BodyAction {
        guard state == .receiving else { return .ignore }
        bodyBytes += count
        guard bodyBytes <= limits.bodyBytes else { return .refuse(refused(.bodyTooLarge, now: now)) }
        return .append
    }

    mutating func requestEnded(now: NIODeadline) -> EndAction {
        guard state == .receiving else { return .ignore }
        state = .answering(hasBegun: false)
        deadline = now + TimeAmount(limits.responseTimeout)
        return .answer
    }

    /// The input cannot be read as HTTP. Comes in order with the requests before it.
    mutating func inputFailed(_ refusal: Refusal, now: NIODeadline) -> FailureAction {
        switch state {
        case .idle, .receiving: .refuse(refused(refusal, now: now))
        case .answering, .lingering, .closed: .ignore
        }
    }

    /// The client will send no more. It may still wait for an answer.
    mutating func inputEnded() -> EventAction {
        inputHasEnded = true
        switch state {
        case .answering: return .nothing
        case .idle, .receiving, .lingering:
            state = .closed
            return .close
        case .closed: return .nothing
        }
    }

    /// - Returns: False where nobody waits for the answer any more.
    mutating func answerBegins() -> Bool {
        guard state == .answering(hasBegun: false) else { return false }
        state = .answering(hasBegun: true)
        return true
    }

    /// The connection does not outlive the present answer.
    mutating func endsWithAnswer() {
        keepsAlive = false
    }

    mutating func answerEnded(now: NIODeadline) -> CompletionAction {
        guard case .answering = state else { return .close }
        if isLastAnswer {
            state = .lingering
            deadline = now + TimeAmount(limits.lingerTime)
            return .close
        }
        state = .idle(hasBegun: false)
        idleSince = now
        deadline = now + TimeAmount(limits.keepAliveTimeout)
        return .readOn
    }

    /// The server ends: an idle connection at once, others with their present answer.
    mutating func drain() -> EventAction {
        isDraining = true
        guard state == .idle(hasBegun: false) else { return .nothing }
        state = .closed
        return .close
    }

    mutating func channelClosed() {
        state = .closed
    }

    /// The client still takes what was written.
    ///
    /// - Returns: Whether it gets more time for that.
    mutating func answerIsTaken(now: NIODeadline) -> Bool {
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
        case .answering(hasBegun: false): return .refuse(refused(.tookTooLong, now: now))
        case .answering(hasBegun: true):
            state = .closed
            return .abandon
        case .closed: return .nothing
        }
    }

    private mutating func refused(_ refusal: Refusal, now: NIODeadline) -> Refusal {
        keepsAlive = false
        state = .lingering
        deadline = now + TimeAmount(limits.lingerTime)
        return refusal
    }
}
