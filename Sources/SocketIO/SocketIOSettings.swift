import Channels
import Dialogue
import ExactText
import JSON
import System
import WebTokens

struct SocketIOSettings: Sendable {
    let userEvent: String
    let botEvent: String
    let namespace: String
    let isPersistent: Bool
    let path: String
    let metadataKey: String
    private let verifier: TokenVerifier?

    init(_ settings: ChannelSettings) throws(ChannelError) {
        userEvent = try settings.text("user_message_evt") ?? "user_uttered"
        botEvent = try settings.text("bot_message_evt") ?? "bot_uttered"
        namespace = try settings.text("namespace") ?? "/"
        isPersistent = settings.flag("session_persistence")
        let path = try settings.text("socketio_path") ?? "/socket.io"
        self.path = path.exact.hasPrefix("/") ? path : "/\(path)"
        metadataKey = try settings.text("metadata_key") ?? "metadata"
        guard let key = try settings.text("jwt_key") else {
            verifier = nil
            return
        }
        let method = try settings.text("jwt_method") ?? "HS256"
        guard let algorithm = TokenAlgorithm(rawValue: method) else {
            throw settings.error("'jwt_method' of the channel 'socketio': there is no method '\(method)'")
        }
        do {
            verifier = try TokenVerifier(algorithm, key: Array(key.utf8))
        } catch {
            throw settings.error("'jwt_key' of the channel 'socketio': \(error)")
        }
    }

    /// Whether a socket may connect that shows this. A token that says nothing is none, as with Rasa.
    func admits(_ authentication: JSON?) -> Bool {
        guard let verifier else { return true }
        guard let token = authentication?["token"]?.string?.exact.replacing("Bearer ", with: "") else { return false }
        let claims = try? verifier.payload(of: token.utf8, now: WallClock.now(), rules: TokenRules())
        return claims?.isEmpty == false
    }
}
