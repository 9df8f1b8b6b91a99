import API
import JSON

/// A switch that takes everything.
struct FakeModels: ModelSwitch {
    var hasItsOwnSource: Bool { false }
    func serve(_ wish: ModelWish) async throws(ModelSwitchError) {}
}

/// Jobs that answer with what they were told.
struct FakeJobs: BackgroundJobs {
    var activeTrainings: Int { 0 }

    func run(_ job: BackgroundJob) async throws -> BackgroundJobResult { .report(["job": .string("\(job)")]) }

    func send(_ body: [UInt8], contentType: String, to url: String) async {}

    func later(_ work: @escaping @Sendable () async -> Void) {}
}
