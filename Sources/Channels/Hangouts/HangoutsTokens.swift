import Dialogue
import ExactText
import HTTPServer
import JSON
import Logging
import System
import WebTokens

/// Checks the tokens with which Google Chat shows that a request is its own.
struct HangoutsTokens: Sendable {
    /// Where the certificates of Google's signing keys are.
    static let address =
        "https://www.googleapis.com/service_accounts/v1/metadata/x509/chat@system.gserviceaccount.com"

    private static let issuer = "chat@system.gserviceaccount.com"

    private let rules: TokenRules
    private let keys: PlatformKeys
    private let logger: Logger

    /// - Parameters:
    ///   - project: The number of the project that tokens must be for.
    ///   - address: Where the certificates are.
    init(project: String, address: String, platform: PlatformClient, work: BackgroundWork) {
        rules = TokenRules(audience: project, issuer: HangoutsTokens.issuer, times: ["iat", "exp"])
        logger = platform.logger
        keys = PlatformKeys(work) {
            guard let certificates = await platform.json(at: address)?.object else { return nil }
            var keys: PlatformKeys.Keys = [:]
            for (name, certificate) in certificates {
                if let text = certificate.string, let pem = PublishedKey.pem(certificate: Array(text.utf8)),
                    let verifier = try? TokenVerifier(.rs256, key: pem)
                {
                    keys[name] = PlatformKey(verifier: verifier)
                }
            }
            return keys
        }
    }

    /// Lets a request pass that is Google's.
    ///
    /// - Throws: 401 for any other, 503 where Google does not tell its keys.
    func check(_ request: HTTPRequest) async throws(APIError) {
        guard let token = request.bearerToken, let name = TokenVerifier.keyID(of: token.utf8) else {
            throw refusal("there is none that names its key")
        }
        switch await keys.key(name) {
        case .unavailable:
            throw APIError.unavailable("PlatformUnavailable", "Google does not provide its keys.", retryAfter: 5)
        case .unknown: throw refusal("Google has no such key")
        case .key(let key):
            do {
                _ = try key.verifier.payload(of: token.utf8, now: WallClock.now(), rules: rules)
            } catch {
                throw refusal("\(error)")
            }
        }
    }

    private func refusal(_ reason: String) -> APIError {
        logger.error("A token of Google Chat is not valid", metadata: ["reason": "\(reason)"])
        return APIError(.unauthorized, "NotAuthenticated", "The request has no valid token of Google Chat.")
    }
}
