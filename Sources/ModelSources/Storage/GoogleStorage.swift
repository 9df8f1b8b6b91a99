package import AWS
import Encodings
import ExactText
package import NIOCore
import WebClient

/// Models in a bucket of Google Cloud Storage (Rasa's `gcs`).
package struct GoogleStorage: ModelSource {
    /// The archive and its bucket, for messages.
    package let name: String
    private let address: String
    private let key: String
    private let token: GoogleToken?
    private let httpClient: OutboundHTTPClient
    private let limits: DownloadLimits

    /// A model in the bucket that the environment names.
    ///
    /// - Throws: ``ModelSourceError`` with `.badConfiguration`.
    package init(
        model: String, environment: AWSEnvironment = .process, loop: any EventLoop,
        limits: DownloadLimits = DownloadLimits()
    ) throws(ModelSourceError) {
        let bucket = try RemoteStorage.bucket(environment)
        key = RemoteStorage.archive(model)
        name = "'\(key)' in the bucket '\(bucket)'"
        let emulator = environment["STORAGE_EMULATOR_HOST"]
        let origin =
            emulator.map { $0.exact.contains(text: "://") ? $0 : "http://\($0)" } ?? "https://storage.googleapis.com"
        address =
            "\(WebAddress(origin).text)/download/storage/v1/b/\(Percent.encode(bucket))/o/"
            + "\(Percent.encode(key))?alt=media"
        httpClient = try RemoteStorage.httpClient(loop, limits)
        // An emulator asks for no credentials, as Google's own libraries know.
        token =
            emulator == nil ? GoogleToken(environment: environment, httpClient: OutboundHTTPClient(loop: loop)) : nil
        self.limits = limits
    }

    package func fetch(into file: String, unless validator: String?) async throws(ModelSourceError) -> FetchOutcome {
        let bearer = try await token?.get()
        let download = Download(httpClient: httpClient, source: name, limits: limits) { [address, limits] headers in
            let authorization = bearer.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
            return OutboundHTTPClient.Call("GET", address, headers: headers + authorization, timeout: limits.whole)
        }
        return try RemoteStorage.outcome(
            try await download.run(into: file, unless: validator) { [key] _ in RemoteStorage.name(key) }, of: name)
    }

    package func close() async {
        await httpClient.close()
        await token?.httpClient.close()
    }
}
