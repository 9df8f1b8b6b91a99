import CParleySystem
import Glibc
import Logging
import System

/// Runs a loader and then workers in forked processes, and keeps the workers running until it is told to stop.
///
/// The supervisor is one thread for as long as it lives: no tasks, no event loop, no dispatch queue. A child that is
/// forked after a Swift task has run in its parent ends silently at its first `await`. It does nothing that can block,
/// so it always answers signals at once. All decisions are ``SupervisorMachine``'s; this type performs them.
package struct Supervisor: ~Copyable {
    let configuration: SupervisorConfiguration
    let scoreboard: Scoreboard
    let signals: Int32
    /// Tells this supervisor's workers from those of all others.
    let instance: String
    var machine: SupervisorMachine
    var errors: StandardErrorPipe
    /// By the exchange that the loader works for; 0 for the first.
    var loaderSockets: [UInt64: ControlSocket] = [:]
    var workerSockets: [WorkerIdentity: ControlSocket] = [:]
    /// What is served.
    var loaded = ""
    private var replaced: String?
    private var outcome: (status: Int32, error: String?)?

    private init(_ configuration: SupervisorConfiguration) throws(SystemError) {
        let scoreboard = try Scoreboard(capacity: configuration.limits.workers)
        let errors = try StandardErrorPipe()
        let signals = parley_signal_descriptor()
        guard signals >= 0 else { throw SystemError("signalfd") }
        self.configuration = configuration
        self.scoreboard = scoreboard
        self.signals = signals
        self.errors = errors
        var generator = SystemRandomNumberGenerator()
        let instance = String(generator.next(), radix: 16)
        self.instance = instance
        machine = SupervisorMachine(limits: configuration.limits) { "\(instance)-\($0.serial)" }
    }

    /// Runs until all workers have ended.
    ///
    /// - Returns: The status for the program to end with, and the line for stderr if the start failed.
    package static func run(_ configuration: SupervisorConfiguration) -> (status: Int32, error: String?) {
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
            report(errors.lines())
            configuration.flushLog()
            let board = scoreboard
            perform(machine.tick(at: .now) { board.slot($0).lastBeat })
        }
        // They are no part of what a stop waits for.
        for job in machine.jobs.running where job.pid > 0 { kill(-job.pid, SIGKILL) }
        report(errors.rest())
        configuration.cleanUp()
        return outcome ?? (0, nil)
    }

    // MARK: Events

    private mutating func waitForEvents() {
        let sockets = loaderSockets.values.map(\.descriptor) + workerSockets.values.map(\.descriptor)
        var entries = ([signals, errors.reading] + sockets).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let now = MonotonicInstant.now
        let wait = machine.nextTick(after: now).since(now).wholeMilliseconds
        poll(&entries, nfds_t(entries.count), Int32(min(wait + 1, 60_000)))
    }

    private func report(_ lines: [String]) {
        for line in lines {
            configuration.logger.warning(
                "A process of this server wrote to standard error", metadata: ["text": "\(line)"])
        }
    }

    private mutating func takeMessages() {
        for swap in Array(loaderSockets.keys) { takeLoaderMessages(for: swap) }
        for worker in Array(workerSockets.keys) { takeMessages(of: worker) }
    }

    mutating func takeLoaderMessages(for swap: UInt64) {
        while let socket = loaderSockets[swap] {
            switch socket.receive() {
            case .nothing: return
            case .closed:
                socket.close()
                loaderSockets[swap] = nil
            case .message(let bytes):
                switch ControlCodec.decodeWorkerMessage(bytes[...]) {
                case .loaded(let loaded): perform(machine.loaded(loaded, for: swap, at: .now))
                case .failed(let failure): machine.loaderFailed(failure, for: swap)
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
                case .giveUpSwap(let request):
                    perform(machine.swapGivenUp(by: worker, request: request, at: .now))
                case .startJob(let request, let job):
                    perform(machine.jobRequested(by: worker, request: request, job))
                case .giveUpJob(let request): perform(machine.jobGivenUp(by: worker, request: request))
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
        case .forkLoader(let source, let swap): forkLoader(LoadOrder(source: source, active: loaded), for: swap)
        case .forkRefresher(let source, let swap):
            forkLoader(LoadOrder(source: source, active: loaded, isRefresh: true), for: swap)
        case .adopt(let text):
            replaced = loaded
            loaded = text
        case .discardReplaced:
            if let replaced, !replaced.isEmpty { configuration.discard(replaced) }
            replaced = nil
        case .discard(let text):
            if !text.isEmpty { configuration.discard(text) }
        case .killLoader(let pid): kill(pid, SIGKILL)
        case .forkWorker(let worker):
            if machine.wants(worker) { fork(worker) }
        case .tell(let worker, let message): workerSockets[worker]?.send(ControlCodec.encode(message))
        case .signal(_, let pid, let signal):
            if pid > 0 { kill(pid, signal == .kill ? SIGKILL : SIGABRT) }
        case .retire(let worker):
            scoreboard.clearGauges(of: worker.slot)
            workerSockets[worker]?.close()
            workerSockets[worker] = nil
        case .forkJob(let job): fork(job)
        case .killJob(let pid):
            if pid > 0 { kill(-pid, SIGKILL) }
        case .discardJob(let directory): configuration.discardJob(directory)
        case .closeListener: close(configuration.listener.descriptor)
        case .report(let notice):
            if case .modelRefused = notice { scoreboard.count(.modelsRefused) }
            if case .modelNotRefreshed = notice { scoreboard.count(.modelsRefused) }
            configuration.logger.report(notice, address: configuration.address, sourceName: configuration.sourceName)
        case .end(let status, let error): outcome = (status, error)
        }
    }
}
