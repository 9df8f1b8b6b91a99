import JSON

/// What became of a request on one server.
enum ServerReply: Sendable, Hashable {
    /// A response; of a body that is no JSON, its text.
    case response(status: Int, body: JSON)
    /// None, for this reason.
    case failure(String)

    var isFailure: Bool { if case .failure = self { true } else { false } }

    /// The body of a success; nil for everything else.
    var body: JSON? {
        guard case .response(let status, let body) = self, status < 400 else { return nil }
        return body
    }
}

/// What both servers made of one request.
struct ReplyPair: Sendable, Hashable {
    let request: PlannedRequest
    let against: ServerReply
    let parley: ServerReply

    /// Why there is nothing to compare; nil where there is.
    var failure: String? {
        for reply in [against, parley] { if case .failure(let reason) = reply { return reason } }
        return nil
    }
}

/// What became of a play on both servers, with the names that its conversation had there.
struct PlayRecord: Sendable {
    let play: Play
    let names: (against: String, parley: String)
    /// One for each request that was made, in their order.
    var replies: [ReplyPair] = []
    /// The trackers afterwards; nil where there is no API, or no conversation.
    var trackers: ReplyPair?
}
