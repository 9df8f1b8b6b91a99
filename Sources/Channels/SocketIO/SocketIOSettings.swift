internal import JSON

/// What the credentials say of Socket.IO.
struct SocketIOSettings: Sendable {
    let userEvent: String
    let botEvent: String
    let namespace: String
    let isPersistent: Bool
    let path: String
    let metadataKey: String

    init(_ settings: ChannelSettings) throws(ChannelError) {
        userEvent = try settings.text("user_message_evt") ?? "user_uttered"
        botEvent = try settings.text("bot_message_evt") ?? "bot_uttered"
        namespace = try settings.text("namespace") ?? "/"
        isPersistent = try settings.flag("session_persistence")
        let path = try settings.text("socketio_path") ?? "/socket.io"
        self.path = path.hasPrefix("/") ? path : "/\(path)"
        metadataKey = try settings.text("metadata_key") ?? "metadata"
        guard try settings.text("jwt_key") == nil else {
            throw settings.error("'jwt_key' of the channel 'socketio' is not served by this version of Parley")
        }
    }

    /// Whether a socket may connect that shows this.
    func admits(_ authentication: JSON?) -> Bool { true }
}
