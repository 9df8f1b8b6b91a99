internal import CParleySystem
import Glibc
internal import Logging

/// Runs a loader and then workers in forked processes, and keeps the workers running until it is told to stop.
///
/// The supervisor is one thread for as long as it lives: no tasks, no event loop, no dispatch queue. A child that is
/// forked after a Swift task has run in its parent ends silently at its first `await`. It does nothing that can block,
/// so it always answers signals at once. All decisions are ``SupervisorMachine``'s; this type performs them.
public struct Supervisor: ~Copyable {
    let configuration: SupervisorConfiguration
    let scoreboard: Scoreboard
    let signals: Int32
    /// Tells this supervisor's workers from those of all others.
    let instance: String
    var machine: SupervisorMachine
    var loaderSocket: ControlSocket?
    var workerSockets: [WorkerIdentity: ControlSocket] = [:]
    /// What is served.
    var loaded = ""
    private var replaced: String?
    private var outcome: (status: Int32, error: String?)?

    private init(_ configuration: SupervisorConfiguration) throws(SystemError) {
        let scoreboard = try Scoreboard(capacity: configuration.limits.workers)
        let signals = parley_signal_descriptor()
        guard signals >= 0 else { throw SystemError("signalfd") }
        self.configuration = configuration
        self.scoreboard = scoreboard
        self.signals = signals
        var generator = SystemRandomNumberGenerator()
        let instance = String(generator.next(), radix: 16)
        self.instance = instance
        machine = SupervisorMachine(limits: configuration.limits) { "\(instance)-\($0.serial)" }
    }

    /// Runs until all workers have ended.
    ///
    /// - Returns: The status for the program to end with, and the line for stderr if the start failed.
    public static func run(_ configuration: SupervisorConfiguration) -> (status: Int32, error: String?) {
        do {
            var supervisor = try Supervisor(configuration)
            return supervisor.serve()
        } catch {
            return (ExitStatus.system, "cannot start: \(error)")
        }
    }

    private mutating func serve() -> (status: Int32, error: String?) {
        perform(machine.start(at: .now))
        while outcome == nil {
            waitForEvents()
            takeMessages()
            takeSignals()
            let board = scoreboard
            perform(machine.tick(at: .now) { board.slot($0).lastBeat })
        }
        configuration.cleanUp()
        return outcome ?? (0, nil)
    }

    // MARK: Events

    private mutating func waitForEvents() {
        let sockets = [loaderSocket?.descriptor].compactMap(\.self) + workerSockets.values.map(\.descriptor)
        var entries = ([signals] + sockets).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let now = Moment.now
        let wait = machine.nextTick(after: now).since(now).wholeMilliseconds
        poll(&entries, nfds_t(entries.count), Int32(min(wait + 1, 60_000)))
    }

    private mutating func takeMessages() {
        takeLoaderMessages()
        for worker in Array(workerSockets.keys) { takeMessages(of: worker) }
    }

    mutating func takeLoaderMessages() {
        while let socket = loaderSocket {
            switch socket.receive() {
            case .nothing: return
            case .closed:
                socket.close()
                loaderSocket = nil
            case .message(let bytes):
                switch ControlCodec.decodeWorkerMessage(bytes[...]) {
                case .loaded(let loaded): perform(machine.loaded(loaded, at: .now))
                case .failed(let failure): machine.loaderFailed(failure)
                default: break
                }
            }
        }
    }

    mutating func takeMessages(of worker: WorkerIdentity) {
        while let socket = workerSockets[worker] {
            switch socket.receive() {
            case .nothing: return
            case .closed:
                // The process may live on; its end is told by SIGCHLD.
                socket.close()
                workerSockets[worker] = nil
            case .message(let bytes):
                switch ControlCodec.decodeWorkerMessage(bytes[...]) {
                case .ready: perform(machine.workerReady(worker, at: .now))
                case .failed(let failure): machine.workerFailed(worker, failure)
                case .leasesReleased(let owner): machine.leasesReleased(owner: owner)
                case .swap(let request, let source):
                    perform(machine.swapRequested(by: worker, request: request, source: source, at: .now))
                case .prepared(let swap): perform(machine.swapPrepared(swap, by: worker, at: .now))
                case .refused(let swap, let failure): perform(machine.swapRefused(swap, failure, at: .now))
                case .committed(let swap): perform(machine.swapCommitted(swap, by: worker, at: .now))
                case .loaded, nil: break
                }
            }
        }
    }

    private mutating func takeSignals() {
        while true {
            let signal = parley_next_signal(signals)
            guard signal > 0 else { return }
            guard let action = SignalAction(signal: signal) else { continue }
            if action == .childEnded {
                reapChildren()
            } else {
                perform(machine.signal(action, at: .now))
            }
        }
    }

    private mutating func reapChildren() {
        while true {
            var code: Int32 = 0
            var signal: Int32 = 0
            let pid = parley_reap(&code, &signal)
            guard pid > 0 else { return }
            // What a child said before it ended matters for how its end is judged.
            takeMessages()
            perform(machine.childEnded(pid: pid, signal > 0 ? .signalled(signal) : .exited(code), at: .now))
        }
    }

    // MARK: Actions

    mutating func perform(_ actions: [SupervisorAction]) {
        for action in actions { perform(action) }
    }

    private mutating func perform(_ action: SupervisorAction) {
        switch action {
        case .forkLoader(let source): forkLoader(LoadOrder(source: source, served: loaded))
        case .forkRefresher(let source):
            forkLoader(LoadOrder(source: source, served: loaded, isRefresh: true))
        case .adopt(let text):
            replaced = loaded
            loaded = text
        case .discardReplaced:
            if let replaced, !replaced.isEmpty { configuration.discard(replaced) }
            replaced = nil
        case .discard(let text):
            if !text.isEmpty { configuration.discard(text) }
        case .killLoader:
            if let pid = machine.loader { kill(pid, SIGKILL) }
        case .forkWorker(let worker):
            if machine.wants(worker) { fork(worker) }
        case .tell(let worker, let message): workerSockets[worker]?.send(ControlCodec.encode(message))
        case .signal(_, let pid, let signal):
            if pid > 0 { kill(pid, signal == .kill ? SIGKILL : SIGABRT) }
        case .retire(let worker):
            scoreboard.fold(worker.slot)
            workerSockets[worker]?.close()
            workerSockets[worker] = nil
        case .closeListener: close(configuration.listener.descriptor)
        case .report(let notice):
            if case .modelRefused = notice { scoreboard.count(.modelsRefused) }
            if case .modelNotRefreshed = notice { scoreboard.count(.modelsRefused) }
            configuration.logger.report(notice, address: configuration.address, sourceName: configuration.sourceName)
        case .end(let status, let error): outcome = (status, error)
        }
    }
}
