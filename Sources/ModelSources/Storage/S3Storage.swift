public import AWS
internal import Encodings
public import NIOCore
internal import WebClient

/// Models in a bucket of S3, or of a server that speaks its protocol (Rasa's `aws`).
public struct S3Storage: ModelSource {
    /// The archive and its bucket, for messages.
    public let name: String
    private let bucket: String
    private let key: String
    private let region: String
    private let endpoint: WebAddress?
    private let caller: HTTPCaller
    private let credentials: CredentialsProvider
    private let credentialsCaller: HTTPCaller
    private let limits: DownloadLimits

    /// A model in the bucket that the environment names.
    ///
    /// - Parameter model: The archive's key; `.tar.gz` is added where it is missing.
    /// - Throws: ``ModelSourceError`` with `.badConfiguration`.
    public init(
        model: String, environment: AWSEnvironment = .process, loop: any EventLoop,
        limits: DownloadLimits = DownloadLimits()
    ) throws(ModelSourceError) {
        let bucket = try RemoteStorage.bucket(environment)
        self.bucket = bucket
        key = RemoteStorage.archive(model)
        region = environment.region ?? "us-east-1"
        endpoint = environment.endpoint(of: "S3").map { WebAddress($0) }
        name = "'\(key)' in the bucket '\(bucket)'"
        caller = try RemoteStorage.caller(loop, limits)
        credentialsCaller = HTTPCaller(loop: loop)
        credentials = CredentialsProvider(environment: environment, caller: credentialsCaller)
        self.limits = limits
    }

    /// Downloads the archive into a new file.
    public func fetch(into file: String, unless validator: String?) async throws(ModelSourceError) -> FetchOutcome {
        try RemoteStorage.outcome(
            try await download(region).run(into: file, unless: validator) { [key] _ in RemoteStorage.name(key) },
            of: name)
    }

    /// Closes the connections.
    public func close() async {
        await caller.close()
        await credentialsCaller.close()
    }

    private func download(_ region: String) -> Download {
        let (host, address, path) = place(region)
        let signer = RequestSigner(region: region, service: "s3")
        return Download(caller: caller, source: name, limits: limits) {
            [credentials, limits] (headers) async throws(ModelSourceError) in
            let signed: [(name: String, value: String)]
            do throws(AWSError) {
                signed = signer.headers(
                    for: .init("GET", host: host, path: path), credentials: try await credentials.credentials())
            } catch {
                throw ModelSourceError(error.isPassing ? .unavailable : .badConfiguration, error.description)
            }
            return HTTPCaller.Call("GET", address, headers: headers + signed, timeout: limits.whole)
        }
    }

    /// Where the archive is: under the bucket's own name at AWS, under the bucket as a folder elsewhere.
    private func place(_ region: String) -> (host: String, address: String, path: String) {
        let object = Percent.encode(path: key)
        if let endpoint {
            let path = "\(endpoint.path)/\(bucket)/\(object)"
            return (endpoint.host, endpoint.origin + path, path)
        }
        let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        // A certificate of AWS covers one name before its own.
        let isFolder = bucket.contains(".")
        let host = isFolder ? "s3.\(region).\(suffix)" : "\(bucket).s3.\(region).\(suffix)"
        let path = isFolder ? "/\(bucket)/\(object)" : "/\(object)"
        return (host, "https://\(host)\(path)", path)
    }
}
