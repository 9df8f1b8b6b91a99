package import AWS
import Encodings
import ExactText
import Glibc
package import NIOCore
import WebClient

/// Models in a bucket of S3, or of a server that speaks its protocol (Rasa's `aws`).
package struct S3Storage: ModelSource {
    /// The archive and its bucket, for messages.
    package let name: String
    private let bucket: String
    private let key: String
    private let region: String
    private let endpoint: WebAddress?
    private let httpClient: OutboundHTTPClient
    private let credentials: CredentialsProvider
    private let credentialsClient: OutboundHTTPClient
    private let limits: DownloadLimits

    /// A model in the bucket that the environment names.
    ///
    /// - Parameter model: The archive's key; `.tar.gz` is added where it is missing.
    /// - Throws: ``ModelSourceError`` with `.badConfiguration`.
    package init(
        model: String, environment: AWSEnvironment = .process, loop: any EventLoop,
        limits: DownloadLimits = DownloadLimits()
    ) throws(ModelSourceError) {
        let bucket = try RemoteStorage.bucket(environment)
        self.bucket = bucket
        key = RemoteStorage.archive(model)
        region = environment.region ?? "us-east-1"
        endpoint = environment.endpoint(of: "S3").map { WebAddress($0) }
        name = "'\(key)' in the bucket '\(bucket)'"
        httpClient = try RemoteStorage.httpClient(loop, limits)
        credentialsClient = OutboundHTTPClient(loop: loop)
        credentials = CredentialsProvider(environment: environment, httpClient: credentialsClient)
        self.limits = limits
    }

    /// Downloads the archive into a new file; where the bucket is in another region than the environment says, from
    /// there.
    package func fetch(into file: String, unless validator: String?) async throws(ModelSourceError) -> FetchOutcome {
        var outcome = try await download(region).run(into: file, unless: validator, name: shownName)
        if [.status(301), .status(307), .status(400)].contains(outcome), let other = await regionOfBucket(),
            other != region
        {
            unlink(file)
            outcome = try await download(other).run(into: file, unless: validator, name: shownName)
        }
        return try RemoteStorage.outcome(outcome, of: name)
    }

    package func close() async {
        await httpClient.close()
        await credentialsClient.close()
    }

    private func shownName(_ head: ResponseHead) -> String { RemoteStorage.name(key) }

    /// The region that S3 names where the bucket itself is asked for, even to those who sign for another one; nil where
    /// it names none.
    private func regionOfBucket() async -> String? {
        let place = place(region, object: nil)
        guard let headers = try? await signature("HEAD", place, region) else { return nil }
        var found: String?
        try? await httpClient.receive(
            OutboundHTTPClient.Call("HEAD", place.address, headers: headers, timeout: .seconds(10), callee: name)
        ) { piece in
            if case .head(let head) = piece { found = head["x-amz-bucket-region"] }
            return false
        }
        // It becomes a part of the name of the host that is asked next.
        return found.flatMap { $0.wholeMatch(of: /[a-z0-9-]{1,40}/) == nil ? nil : $0 }
    }

    private func download(_ region: String) -> Download {
        let place = place(region, object: key)
        return Download(httpClient: httpClient, source: name, limits: limits) {
            [self] (headers) async throws(ModelSourceError) in
            OutboundHTTPClient.Call(
                "GET", place.address, headers: headers + (try await signature("GET", place, region)),
                timeout: limits.whole)
        }
    }

    private func signature(
        _ method: String, _ place: Place, _ region: String
    ) async throws(ModelSourceError) -> [(name: String, value: String)] {
        do throws(AWSError) {
            return RequestSigner(region: region, service: "s3").headers(
                for: .init(method, host: place.host, path: place.path),
                credentials: try await credentials.credentials())
        } catch {
            throw ModelSourceError(error.isTransient ? .unavailable : .badConfiguration, error.description)
        }
    }

    private typealias Place = (host: String, address: String, path: String)

    /// Where an object is, or the bucket: under the bucket's own name at AWS, under the bucket as a directory
    /// elsewhere.
    private func place(_ region: String, object: String?) -> Place {
        let object = object.map { "/\(Percent.encode(path: $0))" } ?? ""
        if let endpoint {
            let path = "\(endpoint.path)/\(bucket)\(object)"
            return (endpoint.host, endpoint.origin + path, path)
        }
        let suffix = region.exact.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        // A certificate of AWS covers one name before its own.
        let isDirectory = bucket.exact.contains(".")
        let host = isDirectory ? "s3.\(region).\(suffix)" : "\(bucket).s3.\(region).\(suffix)"
        let path = isDirectory ? "/\(bucket)\(object)" : object.isEmpty ? "/" : object
        return (host, "https://\(host)\(path)", path)
    }
}
