import CParleySystem
import Glibc
import System

/// Forking. Each function returns in the supervisor only; the child runs its closure and ends.
extension Supervisor {
    mutating func forkLoader(_ request: LoadRequest, for swap: UInt64) {
        do {
            let child = try forkChild { supervisor, socket, pid in
                supervisor.runLoader(request, socket, supervisorPID: pid)
            }
            loaderSockets[swap] = child.socket
            machine.loaderForked(pid: child.pid, for: swap)
        } catch {
            let failure = BootFailure("cannot prepare the model: \(error)", status: ExitStatus.system)
            perform(machine.loaderNotForked(failure, for: swap, at: .now))
        }
    }

    mutating func fork(_ worker: WorkerIdentity) {
        scoreboard.use(worker.slot)
        scoreboard.slot(worker.slot).heartbeat(at: .now)
        do {
            let child = try forkChild { supervisor, socket, pid in
                supervisor.runWorker(worker, socket, supervisorPID: pid)
            }
            workerSockets[worker] = child.socket
            machine.forked(worker, pid: child.pid)
        } catch {
            perform(machine.forkFailed(worker, because: "\(error)", at: .now))
        }
    }

    /// - Parameter run: What the child does with its end of a new control socket; it gets the supervisor's number too.
    private func forkChild(
        _ run: (borrowing Supervisor, ControlSocket, Int32) -> Never
    ) throws(SystemError) -> (pid: Int32, socket: ControlSocket) {
        let supervisorPID = getpid()
        let (mine, childs) = try ControlSocket.pair()
        let pid = parley_fork()
        if pid == 0 {
            mine.close()
            run(self, childs, supervisorPID)
        }
        let code = errno
        childs.close()
        guard pid > 0 else {
            mine.close()
            throw SystemError("fork", code: code)
        }
        return (pid, mine)
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

    private func runLoader(_ request: LoadRequest, _ socket: ControlSocket, supervisorPID: Int32) -> Never {
        becomeChild(name: "loader", title: "loader")
        for listener in configuration.listeners { close(listener.descriptor) }
        // A loader has nothing worth finishing.
        guard parley_follow_parent(supervisorPID, SIGKILL) == 0 else { parley_exit(1) }
        if machine.wasReady {
            // Beside workers that serve; without them the machine is the loader's.
            parley_limit_memory(configuration.limits.jobs.memory)
            parley_exit_at_memory_limit(ExitStatus.outOfMemory)
        }
        do throws(BootFailure) {
            let loaded = try configuration.loader(request)
            guard loaded.settings.count <= Self.maxSettings else {
                throw BootFailure(
                    "the files of the configuration have \(loaded.settings.count) bytes together; "
                        + "\(Self.maxSettings) are allowed", status: ExitStatus.configuration)
            }
            send(loaded, over: socket)
            parley_exit(0)
        } catch {
            socket.send(ControlCodec.encode(.failed(error)))
            parley_exit(error.status)
        }
    }

    private func send(_ loaded: Loaded, over socket: ControlSocket) {
        var rest = loaded.settings[...]
        while !rest.isEmpty {
            guard socket.sendPatiently(ControlCodec.encode(.settings(part: Array(rest.prefix(ControlCodec.maxText)))))
            else { return }
            rest = rest.dropFirst(ControlCodec.maxText)
        }
        _ = socket.sendPatiently(ControlCodec.encode(.loaded(loaded)))
    }

    private func runWorker(_ worker: WorkerIdentity, _ socket: ControlSocket, supervisorPID: Int32) -> Never {
        let provision = machine.provision(of: worker)
        becomeChild(name: "w\(worker.slot)", title: "\(worker), generation \(provision.generation)")
        // Where it is not allowed, the worker runs where the system has it run.
        if configuration.limits.pinsWorkers { parley_pin(UInt32(clamping: machine.slots[worker.slot].ordinal)) }
        let patience = configuration.limits.gracePeriod
        // One second more than the worker grants itself, so that the alarm only meets a worker that is stuck.
        parley_worker_signals(socket.descriptor, UInt32(clamping: patience.wholeMilliseconds / 1000 + 1))
        guard parley_follow_parent(supervisorPID, SIGTERM) == 0 else { parley_exit(1) }
        let context = WorkerContext(
            identity: worker, owner: machine.owner(worker), loaded: provision.loaded, settings: provision.settings,
            listeners: configuration.listeners, management: configuration.management, scoreboard: scoreboard,
            control: socket.descriptor,
            isReplacement: machine.isReplacement(worker), gracePeriod: patience)
        configuration.worker(context)
    }

    /// Gives back what only the supervisor may have. A sibling's socket that stayed open here would keep that sibling
    /// from seeing the supervisor's end.
    private func becomeChild(name: String, title: String) {
        parley_reset_signals()
        // The name without spaces, which would mislead readers of /proc/<pid>/stat.
        parley_set_process_title("\(configuration.title)-\(name)", "\(configuration.title): \(title)")
        close(signals)
        errors.take()
        configuration.serviceManager?.close()
        for socket in loaderSockets.values { socket.close() }
        for socket in workerSockets.values { socket.close() }
        if let binaryPipe { close(binaryPipe) }
        handover?.close()
    }
}
