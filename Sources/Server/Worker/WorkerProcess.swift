import API
import CParleySystem
import EventLoops
import HTTPServer
import Logging
import ModelArchive
import ModelSources
import NIOCore
import NIOPosix
import Prefork
import Settings
import Synchronization

/// A worker's life: its only thread becomes the event loop, on which everything runs until the worker is told to end.
final class WorkerProcess: Sendable {
    private let context: WorkerContext
    private let settings: RunSettings
    private let logger: Logger
    private let loop: any EventLoop
    private let executor: LoopTaskExecutor
    private let jobs: SupervisedJobs
    private let state = Mutex(State())

    private struct State {
        var service: WorkerService?
        /// Exchanges of the model that requests of this worker wait for.
        var swaps: [UInt64: CheckedContinuation<BootFailure?, Never>] = [:]
        var lastSwap: UInt64 = 0
        var course = Course.serving
        /// Begins the end.
        var plannedEnd: Scheduled<Void>?
    }

    /// How the worker goes on; it never goes back.
    private enum Course: Int { case serving, retiring, stopping, ending }

    private init(_ context: WorkerContext, _ settings: RunSettings, loop: any EventLoop) {
        self.context = context
        self.settings = settings
        self.loop = loop
        executor = LoopTaskExecutor(loop: loop)
        jobs = SupervisedJobs(context)
        logger = Logger(label: "parley.worker")
    }

    /// Serves until the worker is told to end, then ends the process.
    static func run(_ context: WorkerContext, _ settings: RunSettings) -> Never {
        MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { loop in
            WorkerProcess(context, settings, loop: loop).begin()
        }
        context.leave(.failure(BootFailure("the worker's event loop has ended", status: ExitStatus.software)))
    }

    private func begin() {
        var generator = SystemRandomNumberGenerator()
        let limits = settings.workerLimits.drawn(using: &generator)
        let requestsBefore = context.slot.value(of: Scoreboard.Counter.requests)
        loop.scheduleRepeatedTask(initialDelay: .zero, delay: .seconds(1)) { [self] _ in
            context.heartbeat()
            settings.log?.flush()
            let requests = context.slot.value(of: Scoreboard.Counter.requests) - requestsBefore
            tell(limits.exhaustion(requests: requests, memory: parley_resident_memory))
        }
        LoopWatch.start(context.slot, loop: loop, logger: logger)
        ControlWatch.start(context, loop: loop) { [self] message in
            received(message)
        } closed: { [self] in
            stop(acceptFor: .zero, finishWithin: context.gracePeriod)
        }.whenFailure { [context] error in
            context.leave(
                .failure(
                    BootFailure("the worker cannot listen to its supervisor: \(error)", status: ExitStatus.software)))
        }
        Task(executorPreference: executor) { [self] in
            do throws(BootFailure) {
                let service = try await WorkerService.start(
                    context, settings, models: self, jobs: jobs, executor: executor, logger: logger,
                    isWanted: { state.withLock(\.course) == .serving })
                let course = state.withLock { state in
                    state.service = service
                    return state.course
                }
                // A worker that was told to end while it started ends as soon as it has started.
                if course != .serving {
                    await service.end(within: .zero)
                    leave()
                } else {
                    context.reportReady()
                }
            } catch {
                context.leave(.failure(error))
            }
        }
    }

    private func tell(_ exhaustion: Exhaustion?) {
        guard let exhaustion, state.withLock({ $0.service != nil && $0.course == .serving }) else { return }
        context.tell(.exhausted(exhaustion))
    }

    private func received(_ message: SupervisorMessage) {
        switch message {
        case .stop(let acceptFor, let finishWithin): stop(acceptFor: acceptFor, finishWithin: finishWithin)
        case .retire(let idleFor, let finishWithin): retire(idleFor: idleFor, finishWithin: finishWithin)
        case .releaseLeases(let owner):
            Task(executorPreference: executor) { [self] in
                await state.withLock(\.service)?.releaseLeases(of: owner)
                context.tell(.leasesReleased(owner: owner))
            }
        case .prepare(let swap, let loaded):
            Task(executorPreference: executor) { [self] in
                let result = await state.withLock(\.service)?.prepare(loaded, for: swap)
                switch result {
                case .success?: context.tell(.prepared(swap: swap))
                case .failure(let failure)?: context.tell(.refused(swap: swap, failure))
                case nil: break
                }
            }
        case .commit(let swap):
            Task(executorPreference: executor) { [self] in
                await state.withLock(\.service)?.commit(swap)
                context.tell(.committed(swap: swap))
            }
        case .reopenLogs: settings.log?.reopenFiles(logger)
        case .drop(let swap): state.withLock(\.service)?.drop(swap)
        case .swapped(let request, let failure):
            state.withLock { $0.swaps.removeValue(forKey: request) }?.resume(returning: failure)
        case .jobTaken(let request): jobs.received(request, isTaken: true)
        case .jobRefused(let request): jobs.received(request, isTaken: false)
        case .jobEnded(let request, let end): jobs.ended(request, end)
        }
    }

    /// Ends the process, as it was asked to.
    private func leave() -> Never {
        settings.log?.finish()
        context.leave(.success(0))
    }

    private func stop(acceptFor: Duration, finishWithin: Duration) {
        guard let service = enter(.stopping) else {
            // One that retires may have begun to end, with much more time.
            Task(executorPreference: executor) { [self] in
                await state.withLock(\.service)?.hasten(within: acceptFor + finishWithin)
            }
            return
        }
        if acceptFor > .zero { service.drain() }
        planEnd(of: service, in: acceptFor, finishWithin: finishWithin)
    }

    private func retire(idleFor: Duration, finishWithin: Duration) {
        guard let service = enter(.retiring) else { return }
        context.slot.set(.serving, to: 0)
        planEnd(of: service, in: idleFor, finishWithin: finishWithin)
        Task(executorPreference: executor) { [self] in
            await service.retire(within: idleFor)
            end(service, finishWithin: finishWithin)
        }
    }

    /// - Returns: What is to be ended; nil where the worker is that far already, or has nothing yet.
    private func enter(_ course: Course) -> WorkerService? {
        state.withLock { state in
            guard course.rawValue > state.course.rawValue else { return nil }
            state.course = course
            return state.service
        }
    }

    private func planEnd(of service: WorkerService, in delay: Duration, finishWithin: Duration) {
        let planned = loop.scheduleTask(in: TimeAmount(delay)) { [self] in
            end(service, finishWithin: finishWithin)
        }
        state.withLock { state in
            state.plannedEnd?.cancel()
            state.plannedEnd = planned
        }
    }

    private func end(_ service: WorkerService, finishWithin: Duration) {
        guard enter(.ending) != nil else { return }
        Task(executorPreference: executor) { [self] in
            await service.end(within: finishWithin)
            LoopWatch.report(context.slot, logger: logger)
            leave()
        }
    }
}

extension WorkerProcess: ModelReloader {
    var hasItsOwnSource: Bool { settings.endpoints.modelServer != nil }

    /// Asks the supervisor to have a model served by all workers, or none, and waits until that is so.
    func use(_ model: ModelRequest) async throws(ModelReloadError) {
        // With a server in the configuration every model comes from there, as in Rasa.
        let isOwn = hasItsOwnSource && model != ModelRequest()
        let source = isOwn ? ModelRequest(file: ModelRequest.ownSource).text : model.text
        guard source.utf8.count <= ModelRequest.maxText else {
            throw ModelReloadError("what is to be loaded is described by more than \(ModelRequest.maxText) bytes")
        }
        let request = state.withLock { state in
            state.lastSwap += 1
            return state.lastSwap
        }
        let failure = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { $0.swaps[request] = continuation }
                let isTold = context.tell(.swap(request: request, source: source))
                if Task.isCancelled || !isTold { giveUpSwap(request) }
            }
        } onCancel: {
            giveUpSwap(request)
        }
        guard let failure else { return }
        throw ModelReloadError(failure.message, isUnavailable: failure.status == ExitStatus.unavailable)
    }

    /// Nobody waits for an exchange any more: it ends unless the workers are taking it in already.
    private func giveUpSwap(_ request: UInt64) {
        guard let waiting = state.withLock({ $0.swaps.removeValue(forKey: request) }) else { return }
        context.tell(.giveUpSwap(request: request))
        waiting.resume(returning: BootFailure("nobody waits for it any more", status: ExitStatus.unavailable))
    }
}
