import API
import HTTPServer
import Logging
import ModelSources
import NIOCore
import NIOPosix
import Prefork
import Synchronization

/// A worker's life: its only thread becomes the event loop, on which everything runs until the worker is told to end.
final class WorkerProcess: Sendable {
    private let context: WorkerContext
    private let settings: RunSettings
    private let logger: Logger
    private let loop: any EventLoop
    private let executor: LoopTaskExecutor
    private let state = Mutex(State())

    private struct State {
        var service: WorkerService?
        /// Exchanges of the model that requests of this worker wait for.
        var swaps: [UInt64: CheckedContinuation<BootFailure?, Never>] = [:]
        var lastSwap: UInt64 = 0
        var isStopping = false
    }

    private init(_ context: WorkerContext, _ settings: RunSettings, loop: any EventLoop) {
        self.context = context
        self.settings = settings
        self.loop = loop
        executor = LoopTaskExecutor(loop: loop)
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
        loop.scheduleRepeatedTask(initialDelay: .zero, delay: .seconds(1)) { [context] _ in context.beat() }
        LoopWatch.start(context.slot, loop: loop, logger: logger)
        ControlWatch.start(context, loop: loop) { [self] message in
            received(message)
        } closed: { [self] in
            stop(acceptFor: .zero, finishWithin: context.gracePeriod)
        }.whenFailure { [context] error in
            context.leave(
                .failure(BootFailure("the worker cannot hear its supervisor: \(error)", status: ExitStatus.software)))
        }
        Task(executorPreference: executor) { [self] in
            do throws(BootFailure) {
                let service = try await WorkerService.start(
                    context, settings, models: self, executor: executor, logger: logger)
                let isStopping = state.withLock { state in
                    state.service = service
                    return state.isStopping
                }
                if isStopping {
                    await service.end(within: .zero)
                    context.leave(.success(0))
                } else {
                    context.reportReady()
                }
            } catch {
                context.leave(.failure(error))
            }
        }
    }

    private func received(_ message: SupervisorMessage) {
        switch message {
        case .stop(let acceptFor, let finishWithin): stop(acceptFor: acceptFor, finishWithin: finishWithin)
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
        case .drop(let swap): state.withLock(\.service)?.drop(swap)
        case .swapped(let request, let failure):
            state.withLock { $0.swaps.removeValue(forKey: request) }?.resume(returning: failure)
        }
    }

    private func stop(acceptFor: Duration, finishWithin: Duration) {
        let (isFirst, service) = state.withLock { state in
            defer { state.isStopping = true }
            return (!state.isStopping, state.service)
        }
        // A worker that is still starting ends as soon as it has started.
        guard isFirst, let service else { return }
        loop.scheduleTask(in: TimeAmount(acceptFor)) { [self] in
            Task(executorPreference: executor) { [self] in
                await service.end(within: finishWithin)
                LoopWatch.report(context.slot, logger: logger)
                context.leave(.success(0))
            }
        }
    }
}

extension WorkerProcess: ModelSwitch {
    var hasItsOwnSource: Bool { settings.endpoints.modelServer != nil }

    /// Asks the supervisor to have a model served by all workers, or none, and waits until that is so.
    func serve(_ wish: ModelWish) async throws(ModelSwitchError) {
        var order = ModelOrder(file: wish.file, server: wish.server, storage: wish.storage)
        // With a server in the configuration every model comes from there, as in Rasa.
        if hasItsOwnSource, wish != ModelWish() { order = ModelOrder(file: ModelOrder.ownSource) }
        let source = order.text
        guard source.utf8.count <= ModelOrder.longestText else {
            throw ModelSwitchError("what is to be loaded is described by more than \(ModelOrder.longestText) bytes")
        }
        let failure = await withCheckedContinuation { continuation in
            let request = state.withLock { state in
                state.lastSwap += 1
                state.swaps[state.lastSwap] = continuation
                return state.lastSwap
            }
            context.tell(.swap(request: request, source: source))
        }
        guard let failure else { return }
        throw ModelSwitchError(failure.message, isUnavailable: failure.status == ExitStatus.unavailable)
    }
}
