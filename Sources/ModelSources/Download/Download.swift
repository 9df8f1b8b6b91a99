import NIOCore
import WebClient

/// Fetches one file over HTTP to disk, and takes up a download that broke off where it ended.
struct Download: Sendable {
    /// Makes the request, with these headers besides its own; called for every attempt, since signatures age.
    typealias MakeCall =
        @Sendable (_ headers: [(name: String, value: String)]) async throws(ModelSourceError) -> OutboundHTTPClient.Call

    let httpClient: OutboundHTTPClient
    /// What messages call the source.
    let source: String
    let limits: DownloadLimits
    let makeCall: MakeCall

    enum Outcome: Sendable, Hashable {
        case fetched(FetchedArchive)
        case unchanged
        /// Any status but those that mean one of the above.
        case status(Int)
    }

    /// Fetches the file.
    ///
    /// - Parameter name: The archive's name from the response's head.
    /// - Throws: ``ModelSourceError``.
    func run(
        into path: String, unless validator: String?, name: @escaping (ResponseHead) -> String
    ) async throws(ModelSourceError) -> Outcome {
        let progress = DownloadProgress(
            file: try DownloadFile(path), source: source, maxBytes: limits.bytes, nameOf: name)
        let end = ContinuousClock.now + limits.whole
        for attempt in 0...limits.resumptions {
            if attempt > 0 { await httpClient.pause(limits.firstPause * (1 << (attempt - 1))) }
            let rest = ContinuousClock.now.duration(to: end)
            guard rest > .zero else { break }
            var call = try await makeCall(progress.headers(unless: validator))
            call.timeout = rest
            call.callee = source
            progress.begin()
            do throws(EndpointError) {
                try await httpClient.receive(call) { progress.take($0) }
            } catch {
                // Where nothing has come there is nothing to take up: whoever asks decides when to ask again.
                guard progress.hasBegun || progress.failure != nil else {
                    throw ModelSourceError(.unavailable, error.message)
                }
            }
            if let outcome = try progress.outcome() { return outcome }
        }
        throw ModelSourceError(
            .unavailable,
            "\(source) broke off repeatedly, the last time after \(progress.file.count) bytes of the archive")
    }
}
