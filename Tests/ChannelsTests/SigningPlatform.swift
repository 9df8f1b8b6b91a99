import HTTPServer
import JSON
import Synchronization
import TestSupport

@testable import Channels

/// A platform that signs with keys which it publishes, and may change them or fall silent.
final class SigningPlatform: Sendable {
    private struct State {
        var keys: [(name: String, key: SigningKey)]
        var isUnavailable = false
    }

    private let state: Mutex<State>

    private let endorsements: [String]?

    /// A platform with one key, which signs for these channels only.
    init(_ name: String, _ key: SigningKey, endorsements: [String]? = nil) {
        self.endorsements = endorsements
        state = Mutex(State(keys: [(name, key)]))
    }

    /// Takes another key instead of those before.
    func rotate(to name: String, _ key: SigningKey) { state.withLock { $0.keys = [(name, key)] } }

    /// Answers nothing any more but errors.
    func fallSilent() { state.withLock { $0.isUnavailable = true } }

    /// What the platform says to a call.
    func respond(_ call: FakePlatform.Call) -> HTTPResponse {
        let (keys, isUnavailable) = state.withLock { ($0.keys, $0.isUnavailable) }
        if isUnavailable { return HTTPResponse(status: .forbidden) }
        let text =
            switch call.path {
            case "/openid": #"{"issuer":"https://api.botframework.com","jwks_uri":"\#(call.url)/keys"}"#
            case "/keys": "{\"keys\":[\(keys.map { published($0) }.joined(separator: ","))]}"
            case "/certs":
                JSON.object(.init(keys.map { ($0.name, .string($0.key.certificate)) })).text()
            case "/version": JSON.object(["keys": [["alg": "RS256", "key": .string(keys[0].key.publicPEM)]]]).text()
            case "/botframework.com/oauth2/v2.0/token": #"{"access_token":"own","expires_in":3600}"#
            default: "{}"
            }
        return .json(Array(text.utf8))
    }

    private func published(_ key: (name: String, key: SigningKey)) -> String {
        let text = key.key.jsonWebKey(id: key.name)
        guard let endorsements, var object = (try? JSON(parsing: Array(text.utf8)))?.object else { return text }
        object["endorsements"] = .array(endorsements.map { .string($0) })
        return JSON.object(object).text()
    }
}
