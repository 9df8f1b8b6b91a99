import Dialogue
import JSON
import Logging
import PythonSemantics
import Synchronization
import System
import WebClient

/// Sends activities with the bot's own token, which is fetched when there is none or its time is over.
final class BotFrameworkClient: Sendable {
    private struct Token: Sendable {
        let text: String
        /// In seconds since 1970.
        let end: Double
    }

    /// A token is renewed this much before its end, in seconds.
    private static let margin = 60.0

    private let base: String
    private let id: String
    private let password: String
    private let platform: PlatformClient
    private let token = Mutex<Token?>(nil)

    init(base: String, id: String, password: String, platform: PlatformClient) {
        self.base = base
        self.id = id
        self.password = password
        self.platform = platform
    }

    /// Posts an activity, with a new token where the service does not take the old one any more.
    func send(_ activity: JSON, to address: String) async {
        await platform.send(
            { token in
                OutboundHTTPClient.Call(
                    "POST", address,
                    headers: [("content-type", "application/json"), ("authorization", "Bearer \(token)")],
                    body: activity.encoded())
            }, with: currentToken, forget: { token.withLock { $0 = nil } })
    }

    private func currentToken() async -> String? {
        let now = WallClock.now()
        if let known = token.withLock({ $0 }), known.end > now { return known.text }
        let response = await platform.post(
            form: [
                ("client_id", id), ("client_secret", password), ("grant_type", "client_credentials"),
                ("scope", "https://api.botframework.com/.default"),
            ], to: "\(base)/botframework.com/oauth2/v2.0/token")
        guard let said = response.flatMap({ try? JSON(parsing: $0.body) }), let text = said["access_token"]?.string
        else {
            platform.logger.error("There is no token of the Bot Framework; a message is not sent")
            return nil
        }
        let lifetime = said["expires_in"].flatMap { Double($0.pythonText) } ?? 0
        token.withLock { $0 = Token(text: text, end: now + max(0, lifetime - BotFrameworkClient.margin)) }
        return text
    }
}
