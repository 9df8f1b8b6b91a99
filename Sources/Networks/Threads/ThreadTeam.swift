import CKernels
import Glibc

/// Some threads that do the parts of a job together: the caller's own and up to a fixed number beside it.
///
/// Which thread does which part is left to chance, so parts must not share what they write. The threads sleep between
/// jobs and end with the team. While they work, numbers too small for full precision count as zero, whoever computes.
package final class ThreadTeam: Sendable {
    private let desk = Desk()
    private let threads: [pthread_t]

    /// A team of so many threads, the caller's own among them; fewer if the system has no more.
    package init(threads count: Int) {
        var threads: [pthread_t] = []
        for _ in 1..<max(1, min(count, Self.maxThreads)) {
            var thread = pthread_t()
            // Threads know the desk, not the team, which could otherwise not go while they are there.
            let desk = Unmanaged.passRetained(desk)
            let status = pthread_create(
                &thread, nil,
                { desk in
                    desk.map { Unmanaged<Desk>.fromOpaque($0).takeRetainedValue().serve() }
                    return nil
                }, desk.toOpaque())
            guard status == 0 else {
                desk.release()
                break
            }
            threads.append(thread)
        }
        self.threads = threads
    }

    deinit {
        desk.close()
        for thread in threads { pthread_join(thread, nil) }
    }

    private static let maxThreads = 64

    /// Does the parts 0 to `count` - 1 and returns when all are done.
    ///
    /// For one job at a time, and not from within a part.
    package func run(_ count: Int, _ part: @escaping @Sendable (Int) -> Void) {
        let state = parley_flush_denormals()
        defer { parley_restore_floating_point(state) }
        guard !threads.isEmpty, count > 1 else {
            for index in 0..<count { part(index) }
            return
        }
        desk.run(count, part)
    }
}

/// Where the threads of a team find the job and sleep until there is one.
private final class Desk: @unchecked Sendable {
    // Unchecked: all that changes is guarded by `lock`.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let isWanted = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let isDone = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var job: (@Sendable (Int) -> Void)?
    private var parts = 0
    private var next = 0
    private var unfinished = 0
    private var isEnding = false

    init() {
        pthread_mutex_init(lock, nil)
        pthread_cond_init(isWanted, nil)
        pthread_cond_init(isDone, nil)
    }

    deinit {
        pthread_cond_destroy(isDone)
        pthread_cond_destroy(isWanted)
        pthread_mutex_destroy(lock)
        isDone.deallocate()
        isWanted.deallocate()
        lock.deallocate()
    }

    func run(_ count: Int, _ part: @escaping @Sendable (Int) -> Void) {
        pthread_mutex_lock(lock)
        (job, parts, next, unfinished) = (part, count, 0, count)
        pthread_cond_broadcast(isWanted)
        work(part)
        while unfinished > 0 { pthread_cond_wait(isDone, lock) }
        job = nil
        pthread_mutex_unlock(lock)
    }

    /// Takes parts until none is left. The lock is held before and after.
    private func work(_ part: @Sendable (Int) -> Void) {
        while next < parts {
            let index = next
            next += 1
            pthread_mutex_unlock(lock)
            part(index)
            pthread_mutex_lock(lock)
            unfinished -= 1
            if unfinished == 0 { pthread_cond_signal(isDone) }
        }
    }

    /// What a thread of the team does until the end of it.
    func serve() {
        _ = parley_flush_denormals()
        pthread_mutex_lock(lock)
        while !isEnding {
            if let job, next < parts { work(job) } else { pthread_cond_wait(isWanted, lock) }
        }
        pthread_mutex_unlock(lock)
    }

    /// Has the threads end.
    func close() {
        pthread_mutex_lock(lock)
        isEnding = true
        pthread_cond_broadcast(isWanted)
        pthread_mutex_unlock(lock)
    }
}
