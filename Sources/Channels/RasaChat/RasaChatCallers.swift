import Dialogue
import ExactText
import HTTPServer
import JSON
import Logging
import System
import WebTokens

/// Who speaks on the `rasa` channel: users of an inspector that signs tokens with a key which it publishes under
/// `/version`.
final class RasaChatCallers: Sendable {
    /// With this right a user may speak in anybody's conversation.
    private static let right: JSON = "clientEvents:create"
    /// The inspector has one key, which needs no name.
    private static let only = ""

    private let keys: PlatformKeys
    private let logger: Logger

    /// - Parameter base: The inspector's address.
    init(base: String, platform: PlatformClient, work: BackgroundWork) {
        let logger = platform.logger
        self.logger = logger
        keys = PlatformKeys(work) {
            guard let said = await platform.json(at: "\(base)/version"), let key = said["keys"]?.array?.first,
                let algorithm = key["alg"]?.string.flatMap(TokenAlgorithm.init), let text = key["key"]?.string
            else {
                logger.error("The inspector of the channel 'rasa' provides no key", metadata: ["url": "\(base)"])
                return nil
            }
            do {
                let verifier = try TokenVerifier(algorithm, key: Array(text.utf8))
                return [RasaChatCallers.only.exact: PlatformKey(verifier: verifier)]
            } catch {
                logger.error("The key of the channel 'rasa' cannot be used", metadata: ["problem": "\(error)"])
                return nil
            }
        }
    }

    /// The conversation that a caller speaks in.
    ///
    /// - Throws: `APIError` where the token is missing or wrong, or does not allow that conversation.
    func conversation(of request: HTTPRequest, _ body: JSONObject) async throws(APIError) -> String {
        guard let claims = try await claims(request), let user = claims["username"]?.string else {
            throw RasaChatCallers.refusal
        }
        guard let asked = body["conversation_id"] else { return user }
        guard let conversation = asked.string,
            conversation.exact == user.exact || claims["scopes"]?.array?.contains(RasaChatCallers.right) == true
        else {
            logger.error("A user is not allowed to write to a conversation", metadata: ["user": "\(user)"])
            throw RasaChatCallers.refusal
        }
        return conversation
    }

    private static let refusal = APIError(.unauthorized, "NotAuthenticated", "User is not authenticated.")

    private func claims(_ request: HTTPRequest) async throws(APIError) -> JSONObject? {
        let headers = request.fields.all("authorization")
        guard headers.count < 2 else { return nil }
        for given in [headers.first, request.query.first("token")] {
            // Rasa takes the token with and without the word before it.
            guard let token = given?.exact.replacing("Bearer ", with: ""), !token.isEmpty else { continue }
            if let claims = try await claims(of: token) { return claims }
        }
        return nil
    }

    private func claims(of token: String) async throws(APIError) -> JSONObject? {
        let verdict = check(token, try await verifier())
        // Only a signature that does not fit lets one think of a new key.
        guard case .failure(.wrongSignature) = verdict, await keys.renew() else { return try? verdict.get() }
        return try? await check(token, verifier()).get()
    }

    private func check(_ token: String, _ verifier: TokenVerifier) -> Result<JSONObject, TokenError> {
        Result { () throws(TokenError) in
            try verifier.payload(of: token.utf8, now: WallClock.now(), rules: TokenRules())
        }
    }

    private func verifier() async throws(APIError) -> TokenVerifier {
        switch await keys.key(RasaChatCallers.only) {
        case .key(let key): return key.verifier
        case .unknown, .unavailable:
            throw APIError.unavailable("PlatformUnavailable", "The inspector does not provide its key.", retryAfter: 5)
        }
    }
}
