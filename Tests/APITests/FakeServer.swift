import API
import JSON
import ModelArchive

/// A switch that takes everything.
struct FakeModels: ModelReloader {
    var hasItsOwnSource: Bool { false }
    func use(_ model: ModelRequest) async throws(ModelReloadError) {}
}

/// Jobs that respond with what they were told.
struct FakeJobs: BackgroundJobs {
    var activeTrainings: Int { 0 }

    struct Started: StartedJob {
        let job: BackgroundJob
        func result() async throws -> BackgroundJobResult { .report(["job": .string("\(job)")]) }
    }

    func start(_ job: BackgroundJob) async throws -> any StartedJob { Started(job: job) }

    func send(_ body: [UInt8], contentType: String, to url: String) async {}

    func later(_ work: @escaping @Sendable () async -> Void) {}
}
