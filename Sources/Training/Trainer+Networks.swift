import Dispatch
import ExactText
import Networks
import Synchronization
import System

extension Trainer {
    /// Has networks learn what was prepared, side by side: they share no weights. The longest begin first; each may use
    /// all threads, so that none is idle when the others are done.
    ///
    /// - Throws: ``TrainingError`` of the first that fails; the others end with their epoch.
    func run(
        _ jobs: [NetworkJob], _ files: inout [ArchiveFile], _ warnings: inout [TrainingWarning],
        _ scratch: TrainingScratch?
    ) throws(TrainingError) {
        guard let scratch, !jobs.isEmpty else { return }
        let jobs = Self.distinguished(jobs)
        let order = jobs.indices.sorted { (jobs[$1].work, $0) < (jobs[$0].work, $1) }
        let cache = try cache
        let outcomes = Mutex<[Result<[ArchiveFile], TrainingError>?]>(Array(repeating: nil, count: jobs.count))
        // One is enough: each would say the same.
        let cacheWarning = Mutex<TrainingWarning?>(nil)
        let next = Atomic(0)
        let hasFailed = Atomic(false)
        let lanes = min(max(request.threads, 1), jobs.count)
        DispatchQueue.concurrentPerform(iterations: lanes) { _ in
            while !hasFailed.load(ordering: .relaxed) {
                let place = next.add(1, ordering: .relaxed).oldValue
                guard place < order.count else { return }
                let outcome = learn(jobs[order[place]], cache, scratch) { warning in
                    cacheWarning.withLock { $0 = warning }
                } isWanted: {
                    !hasFailed.load(ordering: .relaxed)
                }
                if case .failure = outcome { hasFailed.store(true, ordering: .relaxed) }
                outcomes.withLock { $0[order[place]] = outcome }
            }
        }
        let all = outcomes.withLock { $0 }
        // One that was cancelled because another failed is not the cause.
        for outcome in all {
            if case .failure(let error)? = outcome, error.code != .cancelled { throw error }
        }
        // In the order of the configuration, whichever was done first.
        for (job, outcome) in zip(jobs, all) {
            guard let outcome else { continue }
            files += try (outcome.get() + job.given).placed(in: job.directory)
        }
        if let warning = cacheWarning.withLock({ $0 }) { warnings.append(warning) }
    }

    /// Has jobs that people would know by one name named by their directories too.
    private static func distinguished(_ jobs: [NetworkJob]) -> [NetworkJob] {
        jobs.map { job in
            guard jobs.count(where: { $0.component.exact == job.component.exact }) > 1 else { return job }
            var named = job
            named.component += " [\(job.directory)]"
            return named
        }
    }

    /// Whether something would have to be learned that is not kept from an earlier training.
    func mustLearn(_ jobs: [NetworkJob]) throws(TrainingError) -> Bool {
        guard let cache = try cache else { return !jobs.isEmpty }
        return !jobs.allSatisfy { $0.fingerprint().map(cache.has) ?? false }
    }

    private var cache: ComponentCache? {
        get throws(TrainingError) { request.usesCache ? try ComponentCache(request.environment) : nil }
    }

    private func learn(
        _ job: NetworkJob, _ cache: ComponentCache?, _ scratch: TrainingScratch,
        warn: (TrainingWarning) -> Void, isWanted: () -> Bool
    ) -> Result<[ArchiveFile], TrainingError> {
        let fingerprint = cache.flatMap { _ in job.fingerprint() }
        if !request.isForced, let fingerprint, let files = cache?.files(fingerprint) {
            report(.found(job.component, directory: job.directory))
            return .success(files)
        }
        do throws(TrainingError) {
            let files = try job.run(threads: request.threads, scratch: scratch.path) { epoch in
                report(.epoch(job.component, directory: job.directory, epoch))
                return isWanted()
            }
            if let fingerprint, let problem = cache?.keep(files, as: fingerprint) { warn(problem) }
            report(.trained(job.component, directory: job.directory))
            return .success(files)
        } catch {
            return .failure(error)
        }
    }
}
