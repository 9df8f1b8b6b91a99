import Cryptography
import Encodings
import ExactText

/// Signs requests as AWS asks for it (Signature Version 4).
package struct RequestSigner: Sendable {
    /// Where the service is, such as `eu-central-1`.
    package let region: String
    /// The service's name in signatures, such as `s3`.
    package let service: String

    package init(region: String, service: String) {
        self.region = region
        self.service = service
    }

    /// A request, as far as its signature speaks of it.
    package struct Request: Sendable {
        /// The method, in upper case.
        package var method: String
        /// The host as the `Host` header has it, with the port where it is not the default one.
        package var host: String
        /// The path as it is sent, percent-encoded once.
        package var path: String
        /// Names and values of the query, not encoded.
        package var query: [(name: String, value: String)]
        /// Further headers to sign.
        package var headers: [(name: String, value: String)]
        package var body: [UInt8]

        package init(
            _ method: String, host: String, path: String = "/", query: [(name: String, value: String)] = [],
            headers: [(name: String, value: String)] = [], body: [UInt8] = []
        ) {
            self.method = method
            self.host = host
            self.path = path
            self.query = query
            self.headers = headers
            self.body = body
        }
    }

    /// The headers to send besides those of the request: date, token, the body's digest where the service asks for it,
    /// and the signature.
    package func headers(
        for request: Request, credentials: AWSCredentials, at time: AWSTime = .now
    ) -> [(name: String, value: String)] {
        let digest = Hexadecimal.text(Digest.sha256.of(request.body))
        var added = [(name: "x-amz-date", value: time.text)]
        if service == "s3" { added.append(("x-amz-content-sha256", digest)) }
        if let token = credentials.sessionToken { added.append(("x-amz-security-token", token)) }
        let signed = (request.headers + added + [("host", request.host)])
            .map { ($0.name.lowercased(), Self.trimmed($0.value)) }
            .sorted { $0.0.exact < $1.0.exact }
        let names = signed.map(\.0).joined(separator: ";")
        let canonical = [
            request.method, path(request.path), Self.query(request.query),
            signed.map { "\($0.0):\($0.1)\n" }.joined(), names, digest,
        ].joined(separator: "\n")
        let scope = "\(time.date)/\(region)/\(service)/aws4_request"
        let text = [
            "AWS4-HMAC-SHA256", time.text, scope, Hexadecimal.text(Digest.sha256.of(Array(canonical.utf8))),
        ].joined(separator: "\n")
        var key = Array("AWS4\(credentials.secretKey)".utf8)
        for part in [time.date, region, service, "aws4_request", text] {
            key = Digest.sha256.code(of: Array(part.utf8), key: key)
        }
        added.append(
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope), SignedHeaders=\(names), "
                    + "Signature=\(Hexadecimal.text(key))"
            ))
        return added
    }

    /// All services but S3 sign the path encoded once more.
    private func path(_ path: String) -> String {
        service == "s3" ? path : Percent.encode(path: path)
    }

    private static func query(_ items: [(name: String, value: String)]) -> String {
        items.map { (Percent.encode($0.name), Percent.encode($0.value)) }
            .sorted { $0 < $1 }
            .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    private static func trimmed(_ value: String) -> String {
        value.exact.split(separator: " ").joined(separator: " ")
    }
}
