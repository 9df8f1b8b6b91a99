import Dialogue
import ExactText
import JSON
import Synchronization
import System
import WebClient
import WebTokens

/// Checks the tokens with which the Bot Framework shows that a request is its own.
final class BotFrameworkTokens: Sendable {
    enum Verdict {
        /// The claims, and the channels that the token's key is for, where the platform limits them.
        case valid(JSONObject, channels: [String]?)
        case invalid(String)
        /// There are no keys to check it with.
        case unavailable
    }

    /// How far clocks may differ, in seconds, by the platform's own rules.
    private static let leeway = 300.0
    /// Who issues tokens, where the document with the keys does not say it.
    private static let issuer = "https://api.botframework.com"

    private let appID: String
    private let keys: PlatformKeys
    private let issuer: Issuer

    /// The issuer as the document names it, which is another in clouds of governments.
    private final class Issuer: Sendable {
        let name = Mutex(BotFrameworkTokens.issuer)
    }

    /// - Parameters:
    ///   - address: Where the document is that says where the keys are.
    ///   - appID: Whom tokens must be for.
    init(address: String, appID: String, platform: PlatformClient, work: BackgroundWork) {
        self.appID = appID
        let issuer = Issuer()
        self.issuer = issuer
        keys = PlatformKeys(work) {
            guard let document = await platform.json(at: address), let place = document["jwks_uri"]?.string,
                let list = await platform.json(at: place)?["keys"]?.array
            else { return nil }
            var keys: PlatformKeys.Keys = [:]
            for key in list {
                if let name = key["kid"]?.string, let pem = PublishedKey.pem(jsonWebKey: key),
                    let verifier = try? TokenVerifier(.rs256, key: pem)
                {
                    keys[name] = PlatformKey(
                        verifier: verifier, endorsements: key["endorsements"]?.array?.compactMap(\.string))
                }
            }
            issuer.name.withLock { $0 = document["issuer"]?.string ?? BotFrameworkTokens.issuer }
            return keys
        }
    }

    /// Asks the platform for its keys.
    ///
    /// - Returns: Whether it told them.
    func fetchKeys() async -> Bool { await keys.renew() }

    /// Whether a token is the platform's, for this app, and valid now.
    func check(_ token: Substring) async -> Verdict {
        guard let name = TokenVerifier.keyID(of: token.utf8) else { return .invalid("it names no key") }
        switch await keys.key(name) {
        case .unavailable: return .unavailable
        case .unknown: return .invalid("the platform has no such key")
        case .key(let key):
            let rules = TokenRules(
                audience: appID, issuer: issuer.name.withLock { $0 }, times: ["exp"], leeway: Self.leeway)
            do {
                return .valid(
                    try key.verifier.payload(of: token.utf8, now: WallClock.now(), rules: rules),
                    channels: key.endorsements)
            } catch {
                return .invalid("\(error)")
            }
        }
    }
}
