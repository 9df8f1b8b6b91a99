import NIOCore

/// What a connection does for the access log; nothing where there is none.
extension ConnectionHandler {
    /// A request has begun.
    func beginAccess(_ log: AccessLogWriter, method: String, target: String, headers: RequestHeaders) {
        // Once the connection is closed nobody knows it any more.
        if peer == nil { peer = Peer(context?.channel.remoteAddress) }
        record = AccessRecord(
            id: log.id(of: headers), method: method, target: target, isHTTP10: isHTTP10, headers: headers,
            began: core.loop.now)
    }

    /// The request is over: its response is written, or nobody waits for it.
    func endAccess(status: Int?, isWhole: Bool = true) {
        guard let record, let log = core.accessLog else { return }
        self.record = nil
        record.status = status
        record.isWhole = isWhole
        log.write(record, peer, isEncrypted: core.tls != nil, now: core.loop.now)
    }

    /// What cannot be read as a request has a line too.
    func beginAccessOfRefused() {
        guard let log = core.accessLog, record == nil else { return }
        beginAccess(log, method: "-", target: "-", headers: RequestHeaders())
    }

    /// Tells the client the id of its request.
    func addRequestID(to response: inout HTTPResponse) {
        guard let record, let log = core.accessLog else { return }
        response.fields.append(HTTPField(log.idHeader, record.id))
    }
}
