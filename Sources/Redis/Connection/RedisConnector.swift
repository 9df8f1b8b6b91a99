import NIOCore
import NIOPosix

/// Makes connections that are ready for commands: TCP, then `AUTH`, `SELECT` and the scripts, all in one write.
struct RedisConnector {
    /// What the other side is for.
    enum Role {
        /// A server that keeps data.
        case server
        /// A server that sentinels named, and that must be the master.
        case master
        /// A sentinel, which has no databases and no scripts.
        case sentinel
    }

    let configuration: RedisConfiguration
    let scripts: [RedisScript]
    let eventLoop: any EventLoop
    private let role: Role
    private let search: MasterSearch?

    init(
        configuration: RedisConfiguration, role: Role = .server, scripts: [RedisScript], eventLoop: any EventLoop
    ) {
        self.configuration = configuration
        self.role = role
        self.scripts = scripts
        self.eventLoop = eventLoop
        search = configuration.sentinels.map { MasterSearch($0, configuration, eventLoop: eventLoop) }
    }

    /// Connects and reports once, on the event loop, which must be the caller's.
    ///
    /// - Parameter onEnd: Called once after a connection that was reported as ready is over.
    func connect(
        onEnd: @escaping (RedisError) -> Void,
        _ report: @escaping (Result<RedisChannelHandler, RedisError>) -> Void
    ) {
        if let search { return connect(searching: search, onEnd: onEnd, report) }
        let attempt = Attempt(hint: configuration.tls == nil ? configuration.hint : "", report: report, onEnd: onEnd)
        let handler: RedisChannelHandler
        let layers: [any ChannelHandler]
        do throws(RedisError) {
            handler = try RedisChannelHandler(
                place: configuration.place, replyTimeout: configuration.replyTimeout, onEnd: attempt.ended)
            let encryption = try configuration.tls.map { (tls) throws(RedisError) in
                try TLSLayer.handler(tls, host: configuration.host)
            }
            layers = (encryption.map { [$0] } ?? []) + [handler]
        } catch {
            return attempt.failed(RedisError(error.code, "\(configuration.place): \(error.message)"))
        }
        let bound = NIOLoopBound(layers, eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandlers(bound.value) }
            }
            .connect(host: configuration.host, port: configuration.port)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success: greet(handler, attempt)
                case .failure(let error):
                    attempt.failed(
                        RedisError(.unreachable, "\(configuration.place) cannot be reached: \(FailureWords.of(error))"))
                }
            }
    }

    private func connect(
        searching search: MasterSearch, onEnd: @escaping (RedisError) -> Void,
        _ report: @escaping (Result<RedisChannelHandler, RedisError>) -> Void
    ) {
        search.find { result in
            switch result {
            case .failure(let error): report(.failure(error))
            case .success(let master):
                var found = configuration
                found.sentinels = nil
                (found.host, found.port) = (master.host, master.port)
                RedisConnector(configuration: found, role: .master, scripts: scripts, eventLoop: eventLoop)
                    .connect(onEnd: onEnd, report)
            }
        }
    }

    private func greet(_ handler: RedisChannelHandler, _ attempt: Attempt) {
        let silence = RedisError(.unreachable, configuration.silence)
        eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(configuration.connectTimeout)) {
            if !attempt.isDone { handler.finish(silence) }
        }
        if configuration.password != nil || configuration.username != nil {
            // A user may have no password, and says so with an empty one.
            let user = configuration.username.map { [RedisArgument.text($0)] } ?? []
            handler.send(["AUTH"] + user + [.text(configuration.password ?? "")]) { refuse($0, handler) }
        }
        if role == .master {
            handler.send(["ROLE"]) { result in
                // A user who may not ask is told by the first write that this is no master.
                guard case .success(let value) = result, let role = value.array?.first?.string, role != "master" else {
                    return
                }
                let words = "\(configuration.place), which a sentinel named, is not the master but a \(role)"
                handler.finish(RedisError(.unreachable, words))
            }
        }
        if role != .sentinel {
            handler.send(["SELECT", .integer(configuration.database)]) { refuse($0, handler) }
            for script in scripts {
                // A user who may not load scripts still can run them by their source.
                handler.send(["SCRIPT", "LOAD", .text(script.source)]) { _ in }
            }
        }
        handler.send(["PING"]) { result in
            if case .failure(let error) = result, !error.message.contains("NOPERM") { return refuse(result, handler) }
            attempt.succeeded(handler)
        }
    }

    /// Ends a connection whose greeting was refused; the attempt fails with Redis' words.
    private func refuse(_ result: Result<RedisValue, RedisError>, _ handler: RedisChannelHandler) {
        guard case .failure(let error) = result else { return }
        handler.finish(RedisError(error.code, error.message + Self.advice(error)))
    }

    /// What to change where Redis refuses the greeting.
    private static func advice(_ error: RedisError) -> String {
        guard error.code == .refused else { return "" }
        if error.message.contains("NOAUTH") { return " (set 'password')" }
        if error.message.contains("WRONGPASS") { return " (correct 'username' and 'password')" }
        if error.message.contains("without any password configured") { return " (leave out 'password')" }
        if error.message.contains("DB index") { return " (correct 'db')" }
        return ""
    }
}

/// One attempt to connect, which reports once whichever way it goes. Belongs to its event loop.
private final class Attempt {
    private var report: ((Result<RedisChannelHandler, RedisError>) -> Void)?
    private let onEnd: (RedisError) -> Void
    private let hint: String

    /// - Parameter hint: What to try where the server closes the connection without a word.
    init(
        hint: String, report: @escaping (Result<RedisChannelHandler, RedisError>) -> Void,
        onEnd: @escaping (RedisError) -> Void
    ) {
        self.report = report
        self.onEnd = onEnd
        self.hint = hint
    }

    var isDone: Bool { report == nil }

    func succeeded(_ handler: RedisChannelHandler) {
        let report = report.take()
        report?(.success(handler))
    }

    func failed(_ error: RedisError) {
        let report = report.take()
        report?(.failure(error))
    }

    func ended(_ error: RedisError) {
        if report != nil {
            let isSilent = error.code == .interrupted && !error.message.contains("responded:")
            failed(RedisError(.unreachable, error.message + (isSilent ? hint : "")))
        } else {
            onEnd(error)
        }
    }
}
