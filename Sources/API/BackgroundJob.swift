package import JSON
package import NIOCore

/// Work that takes longer than a turn and is therefore done outside of the workers.
package enum BackgroundJob: Sendable {
    /// Trains a model from the data in the body and puts it into the models directory, or nowhere.
    case train(body: ByteBuffer, keepsModel: Bool, augmentation: Int)
    /// Evaluates understanding: of the model in use, of the archive at a path, or of models trained from all but one of
    /// so many parts of the data.
    case testIntents(body: ByteBuffer, model: String?, folds: Int?)
    /// Evaluates the policies of the model in use.
    case testStories(body: ByteBuffer, isEndToEnd: Bool)
}

package enum BackgroundJobResult: Sendable {
    /// A model: the archive's name and bytes.
    case model(name: String, bytes: [UInt8])
    case report(JSON)
}

/// A job that has been taken.
package protocol StartedJob: Sendable {
    /// Waits for the job's end, which comes at once when the task is cancelled. To be called once.
    ///
    /// - Throws: `APIError` with the response that the request gets.
    func result() async throws -> BackgroundJobResult
}

package protocol BackgroundJobs: Sendable {
    /// Has a job done in a process of its own, or queues it where others are being done.
    ///
    /// - Throws: `APIError` with the response that the request gets: 503 where too many wait already.
    func start(_ job: BackgroundJob) async throws -> any StartedJob

    /// How many trainings the whole server waits for.
    var activeTrainings: Int { get }

    /// Sends the response of a request that asked for it (`callback_url`) to an address; failures are logged.
    func send(_ body: [UInt8], contentType: String, to url: String) async

    /// Does something after the request was answered.
    func later(_ work: @escaping @Sendable () async -> Void)
}
