import ExactText
import JSON
import Logging
import Synchronization
import WebClient

/// A Rocket.Chat server to which the bot logs in when it first has to say something.
final class RocketChatClient: Sendable {
    private struct Login: Sendable {
        let token: String
        let user: String
    }

    private let base: String
    private let user: String
    private let password: String
    private let platform: PlatformClient
    private let login = Mutex<Login?>(nil)

    init(base: String, user: String, password: String, platform: PlatformClient) {
        self.base = base
        self.user = user
        self.password = password
        self.platform = platform
    }

    /// Posts a message, with a new login where the server has forgotten the old one.
    func post(_ message: JSON) async {
        await platform.send(
            { login in
                OutboundHTTPClient.Call(
                    "POST", "\(base)/api/v1/chat.postMessage",
                    headers: [
                        ("content-type", "application/json"), ("x-auth-token", login.token), ("x-user-id", login.user),
                    ], body: message.encoded())
            }, with: currentLogin, forget: { login.withLock { $0 = nil } })
    }

    private func currentLogin() async -> Login? {
        if let known = login.withLock({ $0 }) { return known }
        let name = user.exact.contains("@") ? "user" : "username"
        let response = await platform.post(
            form: [("password", password), (name, user)], to: "\(base)/api/v1/login")
        guard let said = response.flatMap({ try? JSON(parsing: $0.body) }), let data = said["data"],
            let token = data["authToken"]?.string, let id = data["userId"]?.string
        else {
            platform.logger.error("The login at Rocket.Chat failed", metadata: ["user": "\(user)"])
            return nil
        }
        let new = Login(token: token, user: id)
        login.withLock { $0 = new }
        return new
    }
}
