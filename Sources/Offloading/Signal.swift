import Glibc

/// What a thread sleeps on until another one has something for it.
final class Signal: @unchecked Sendable {
    // @unchecked: a semaphore is made for several threads.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func raise() { sem_post(semaphore) }

    /// Sleeps until the signal is raised, or some time is over.
    func wait(milliseconds: Int?) {
        guard let milliseconds else {
            while sem_wait(semaphore) != 0, errno == EINTR {}
            return
        }
        var end = timespec()
        clock_gettime(CLOCK_REALTIME, &end)
        end.tv_nsec += milliseconds % 1000 * 1_000_000
        end.tv_sec += milliseconds / 1000 + end.tv_nsec / 1_000_000_000
        end.tv_nsec %= 1_000_000_000
        while sem_timedwait(semaphore, &end) != 0, errno == EINTR {}
    }
}
