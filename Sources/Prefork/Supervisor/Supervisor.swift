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
    /// What has come of the settings that a loader reads, by its exchange.
    private var settings: [UInt64: [UInt8]] = [:]
    /// Where a new binary says that it is ready.
    var binaryPipe: Int32?
    /// Nil where no supervisor watches this one.
    var handover: BinaryHandover?
    var hasToldReadiness = false
    /// Whether the service manager has been told that another process is the service.
    private var isRelieved = false
    /// Processes that the kernel had killed for want of memory when last looked.
    private var memoryKills: UInt64?
    var loaded = ""
    private var replaced: String?
    private var outcome: (status: Int32, error: String?)?
    private var reporter: ServiceReporter

    private init(_ configuration: SupervisorConfiguration) throws(SystemError) {
        let scoreboard = try Scoreboard(
            capacity: configuration.limits.places, used: configuration.limits.workers)
        let errors = try StandardErrorPipe()
        let signals = parley_signal_descriptor()
        guard signals >= 0 else { throw SystemError("signalfd") }
        self.configuration = configuration
        self.scoreboard = scoreboard
        scoreboard.set(.startedAt, to: time(nil))
        self.signals = signals
        self.errors = errors
        handover = configuration.handover
        memoryKills = configuration.memoryKills()
        var generator = SystemRandomNumberGenerator()
        let instance = String(generator.next(), radix: 16)
        self.instance = instance
        reporter = ServiceReporter(watchdog: configuration.serviceManager?.watchdog, pid: getpid())
        machine = SupervisorMachine(limits: configuration.limits) { "\(instance)-\($0.serial)" }
        machine.hasTakenOver = configuration.handover == nil
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
            tellServiceManager()
            waitForEvents()
            takeMessages()
            takeSignals()
            lookAtHandover()
            report(errors.lines())
            configuration.flushLog()
            let board = scoreboard
            let suspended = Duration.milliseconds(Int64(clamping: parley_suspended_ms()))
            perform(
                machine.tick(at: .now, suspended: suspended, isTraced: { parley_is_traced($0) != 0 }) {
                    board.slot($0).lastHeartbeat
                })
        }
        tellServiceManager()
        if let error = outcome?.error { configuration.serviceManager?.send(.status(error)) }
        // They are no part of what a stop waits for.
        for job in machine.jobs.running where job.pid > 0 { kill(-job.pid, SIGKILL) }
        report(errors.rest())
        configuration.cleanUp()
        return outcome ?? (0, nil)
    }

    // MARK: Events

    /// Bytes of settings that a loader may hand over; with more it fails, and what comes all the same is cut.
    static let maxSettings = 64 << 20

    private mutating func waitForEvents() {
        let sockets =
            [binaryPipe].compactMap(\.self) + loaderSockets.values.map(\.descriptor)
            + workerSockets.values.map(\.descriptor)
        var entries = ([signals, errors.reading] + sockets).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // The end of its other end is told without being asked for.
        if let handover { entries.append(pollfd(fd: handover.ready, events: 0, revents: 0)) }
        let now = MonotonicInstant.now
        var next = machine.nextTick(after: now)
        if configuration.serviceManager != nil { next = min(next, reporter.nextMessage(after: now)) }
        let wait = next.since(now).wholeMilliseconds
        poll(&entries, nfds_t(entries.count), Int32(min(wait + 1, 60_000)))
    }

    /// What could not be said now is said the next time. Only one process speaks: a new binary not before the one before
    /// it has named it as its last word.
    private mutating func tellServiceManager() {
        guard let serviceManager = configuration.serviceManager, handover == nil, !isRelieved else { return }
        let (now, board) = (MonotonicInstant.now, scoreboard)
        let model = machine.activeSource.map(configuration.sourceName) ?? configuration.ownSourceName
        let condition = machine.serviceCondition(at: now, model: model) { board.slot($0).lastHeartbeat }
        var next = reporter
        let messages = next.messages(condition, at: now, microseconds: ServiceManager.microseconds)
        if messages.allSatisfy({ serviceManager.send($0) }) { reporter = next }
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
        takeBinaryReadiness()
    }

    mutating func takeLoaderMessages(for swap: UInt64) {
        while let socket = loaderSockets[swap] {
            switch socket.receive() {
            case .nothing: return
            case .closed:
                socket.close()
                loaderSockets[swap] = nil
                settings[swap] = nil
            case .message(let bytes):
                switch ControlCodec.decodeWorkerMessage(bytes[...]) {
                case .settings(let part):
                    settings[swap, default: []] += part.prefix(max(0, Self.maxSettings - (settings[swap]?.count ?? 0)))
                case .loaded(var loaded):
                    loaded.settings = settings.removeValue(forKey: swap) ?? []
                    perform(machine.loaded(loaded, for: swap, at: .now))
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
                case .exhausted(let exhaustion):
                    perform(machine.workerExhausted(worker, exhaustion, at: .now))
                case .giveUpJob(let request): perform(machine.jobGivenUp(by: worker, request: request))
                case .loaded, .settings, nil: break
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
            perform(machine.childEnded(pid: pid, end(signal: signal, code), at: .now))
        }
    }

    /// What the kernel's count of processes that it has killed for want of memory says of one that KILL has ended.
    private mutating func end(signal: Int32, _ code: Int32) -> ProcessEnd {
        guard signal > 0 else { return .exited(code) }
        guard signal == SIGKILL, let kills = configuration.memoryKills() else { return .signalled(signal) }
        defer { memoryKills = kills }
        return kills > memoryKills ?? kills ? .outOfMemory : .signalled(signal)
    }

    // MARK: Actions

    mutating func perform(_ actions: [SupervisorAction]) {
        for action in actions { perform(action) }
    }

    private mutating func perform(_ action: SupervisorAction) {
        switch action {
        case .forkLoader(let source, let swap):
            forkLoader(LoadRequest(source: source, active: loaded, settings: machine.settings), for: swap)
        case .forkRefresher(let source, let swap):
            forkLoader(
                LoadRequest(source: source, active: loaded, isRefresh: true, settings: machine.settings), for: swap)
        case .forkReloader(let swap):
            forkLoader(LoadRequest(source: nil, active: loaded, isReload: true), for: swap)
        case .adopt(let text):
            replaced = loaded
            loaded = text
            scoreboard.set(.modelLoadedAt, to: text.isEmpty ? 0 : time(nil))
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
        case .reopenLogs: configuration.reopenLogs()
        case .startBinary: startBinary()
        case .signalBinary(let pid, let signal):
            if pid > 0 { kill(pid, signal.number) }
        case .mainProcess(let pid):
            configuration.mainProcess(pid.map { .new(pid: $0) } ?? .this(isBeingReplaced: false))
            if pid == nil || !configuration.limits.isService { closeBinaryPipe() }
        case .serviceProcess(let pid):
            tellServiceProcess(pid)
            isRelieved = true
        case .closeListeners:
            for listener in configuration.allListeners { close(listener.descriptor) }
        case .report(let notice):
            scoreboard.note(notice)
            configuration.logger.report(notice, address: configuration.address, sourceName: configuration.sourceName)
        case .end(let status, let error): outcome = (status, error)
        }
    }
}
