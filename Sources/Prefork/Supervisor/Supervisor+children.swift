import CParleySystem
import Glibc
import System

/// Forking. Each function returns in the supervisor only; the child runs its closure and ends.
extension Supervisor {
    mutating func forkLoader(_ order: LoadOrder, for swap: UInt64) {
        let supervisorPID = getpid()
        do {
            let (mine, childs) = try ControlSocket.pair()
            let pid = parley_fork()
            if pid == 0 {
                mine.close()
                runLoader(order, childs, supervisorPID: supervisorPID)
            }
            let code = errno
            childs.close()
            guard pid > 0 else {
                mine.close()
                throw SystemError("fork", code: code)
            }
            loaderSockets[swap] = mine
            machine.loaderForked(pid: pid, for: swap)
        } catch {
            let failure = BootFailure("cannot prepare the model: \(error)", status: ExitStatus.system)
            perform(machine.loaderNotForked(failure, for: swap, at: .now))
        }
    }

    mutating func fork(_ worker: WorkerIdentity) {
        let supervisorPID = getpid()
        scoreboard.slot(worker.slot).beat(at: .now)
        do {
            let (mine, childs) = try ControlSocket.pair()
            let pid = parley_fork()
            if pid == 0 {
                mine.close()
                runWorker(worker, childs, supervisorPID: supervisorPID)
            }
            let code = errno
            childs.close()
            guard pid > 0 else {
                mine.close()
                throw SystemError("fork", code: code)
            }
            workerSockets[worker] = mine
            machine.forked(worker, pid: pid)
        } catch {
            perform(machine.forkFailed(worker, because: "\(error)", at: .now))
        }
    }

    mutating func fork(_ job: JobQueue.Job) {
        var words: [UnsafeMutablePointer<CChar>?] = (["parley"] + job.description.words).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        let limits = configuration.limits.jobs
        let pid = job.description.directory.withCString { directory in
            words.withUnsafeBufferPointer { words -> pid_t in
                var process = parley_job(
                    arguments: words.baseAddress, directory: directory, max_memory: limits.memory,
                    niceness: limits.niceness)
                return parley_start_job(&process)
            }
        }
        if pid > 0 {
            machine.jobForked(job.id, pid: pid)
        } else {
            perform(machine.jobNotForked(job.id))
        }
    }

    private func runLoader(_ order: LoadOrder, _ socket: ControlSocket, supervisorPID: Int32) -> Never {
        becomeChild(title: "loader")
        close(configuration.listener.descriptor)
        // A loader has nothing worth finishing.
        guard parley_follow_parent(supervisorPID, SIGKILL) == 0 else { parley_exit(1) }
        if machine.wasReady {
            // Beside workers that serve; without them the machine is the loader's.
            parley_limit_memory(configuration.limits.jobs.memory)
            parley_exit_at_memory_limit(ExitStatus.outOfMemory)
        }
        do throws(BootFailure) {
            socket.send(ControlCodec.encode(.loaded(try configuration.loader(order))))
            parley_exit(0)
        } catch {
            socket.send(ControlCodec.encode(.failed(error)))
            parley_exit(error.status)
        }
    }

    private func runWorker(_ worker: WorkerIdentity, _ socket: ControlSocket, supervisorPID: Int32) -> Never {
        becomeChild(title: "w\(worker.slot)")
        let patience = configuration.limits.gracePeriod
        // One second more than the worker grants itself, so that the alarm only meets a worker that is stuck.
        parley_worker_signals(socket.descriptor, UInt32(clamping: patience.wholeMilliseconds / 1000 + 1))
        guard parley_follow_parent(supervisorPID, SIGTERM) == 0 else { parley_exit(1) }
        let context = WorkerContext(
            identity: worker, owner: machine.owner(worker), loaded: loaded, listener: configuration.listener,
            scoreboard: scoreboard, control: socket.descriptor,
            isReplacement: machine.wasReady, gracePeriod: patience)
        configuration.worker(context)
    }

    /// Gives back what only the supervisor may have. A sibling's socket that stayed open here would keep that sibling
    /// from seeing the supervisor's end.
    private func becomeChild(title: String) {
        parley_reset_signals()
        // Without spaces, which would mislead readers of /proc/<pid>/stat.
        parley_set_title("\(configuration.title)-\(title)")
        close(signals)
        errors.take()
        for socket in loaderSockets.values { socket.close() }
        for socket in workerSockets.values { socket.close() }
    }
}
