import AWS
import Cryptography
import Encodings
import Glibc
import JSON
import WebClient

/// Gets a token for Google's storage where Google's own libraries do: a file with credentials, else the machine's own
/// service account.
struct GoogleToken: Sendable {
    let environment: AWSEnvironment
    let httpClient: OutboundHTTPClient

    private static let scope = "https://www.googleapis.com/auth/devstorage.read_only"

    /// - Throws: ``ModelSourceError``.
    func get() async throws(ModelSourceError) -> String {
        if let file = environment["GOOGLE_APPLICATION_CREDENTIALS"] {
            return try await token(file: file)
        }
        let defaultPath = "\(environment["HOME"] ?? "")/.config/gcloud/application_default_credentials.json"
        if access(defaultPath, R_OK) == 0 { return try await token(file: defaultPath) }
        let host = environment["GCE_METADATA_HOST"] ?? "metadata.google.internal"
        return try await ask(
            OutboundHTTPClient.Call(
                "GET", "http://\(host)/computeMetadata/v1/instance/service-accounts/default/token",
                headers: [("Metadata-Flavor", "Google")], timeout: .seconds(5), callee: "Google's metadata server"))
    }

    private func token(file: String) async throws(ModelSourceError) -> String {
        let text = environment.contents(of: file)
        guard let account = try? JSON(parsing: Array(text.utf8)), let type = account["type"]?.string else {
            throw bad("'\(file)' (GOOGLE_APPLICATION_CREDENTIALS) is not a file of Google credentials")
        }
        switch type {
        case "service_account": return try await token(serviceAccount: account, file)
        case "authorized_user": return try await token(user: account, file)
        default: throw bad("Google credentials of the type '\(type)' are not supported; use those of a service account")
        }
    }

    private func token(serviceAccount account: JSON, _ file: String) async throws(ModelSourceError) -> String {
        guard let email = account["client_email"]?.string, let key = account["private_key"]?.string else {
            throw bad("'\(file)' has no 'client_email' and 'private_key'")
        }
        let address = account["token_uri"]?.string ?? "https://oauth2.googleapis.com/token"
        var header: JSONObject = ["alg": "RS256", "typ": "JWT"]
        header["kid"] = account["private_key_id"]
        let now = time(nil)
        let claims: JSON = [
            "iss": .string(email), "scope": .string(Self.scope), "aud": .string(address), "iat": .int(now),
            "exp": .int(now + 3600),
        ]
        let text = Base64.encodeURL(JSON.object(header).encoded()) + "." + Base64.encodeURL(claims.encoded())
        guard let signature = RSASignature.sign(Array(text.utf8), key: key) else {
            throw bad("the 'private_key' of '\(file)' is not an RSA key in PEM")
        }
        return try await ask(
            form(
                address,
                [
                    ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                    ("assertion", "\(text).\(Base64.encodeURL(signature))"),
                ]))
    }

    private func token(user: JSON, _ file: String) async throws(ModelSourceError) -> String {
        let names = ["client_id", "client_secret", "refresh_token"]
        let values = names.compactMap { user[$0]?.string }
        guard values.count == names.count else { throw bad("'\(file)' has no \(names.joined(separator: ", "))") }
        return try await ask(
            form(
                user["token_uri"]?.string ?? "https://oauth2.googleapis.com/token",
                [("grant_type", "refresh_token")] + zip(names, values).map { ($0, $1) }))
    }

    private func form(_ address: String, _ items: [(String, String)]) -> OutboundHTTPClient.Call {
        let body = items.map { "\($0)=\(Percent.encode($1))" }.joined(separator: "&")
        return OutboundHTTPClient.Call(
            "POST", address, headers: [("Content-Type", "application/x-www-form-urlencoded")], body: Array(body.utf8),
            timeout: .seconds(10))
    }

    private func ask(_ call: OutboundHTTPClient.Call) async throws(ModelSourceError) -> String {
        let response: EndpointResponse
        do {
            response = try await httpClient.send(call)
        } catch {
            throw ModelSourceError(.unavailable, "there is no token for Google's storage: \(error)")
        }
        guard response.status == 200, let token = (try? response.parsed())?["access_token"]?.string else {
            throw ModelSourceError(
                .refused, "\(call.callee ?? call.origin) gives no token: it responds with status \(response.status)")
        }
        return token
    }

    private func bad(_ message: String) -> ModelSourceError { ModelSourceError(.badConfiguration, message) }
}
