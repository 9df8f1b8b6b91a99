import JSON

/// What other workers need to know of a session whose worker has left it or was killed, to handle what its client still
/// sends to it.
struct SessionRecord: Sendable, Hashable {
    /// The socket's id where it was connected to the namespace.
    let socket: String?
    let rooms: [String]
    /// Whether its worker was killed, and what was under way there is lost.
    let isLost: Bool

    var json: JSON {
        [
            "socket": socket.map(JSON.string) ?? .null, "rooms": .array(rooms.map(JSON.string)),
            "is_lost": .bool(isLost),
        ]
    }

    init(socket: String?, rooms: [String], isLost: Bool = false) {
        self.socket = socket
        self.rooms = rooms
        self.isLost = isLost
    }

    init?(_ json: JSON) {
        guard let rooms = json["rooms"]?.array else { return nil }
        self.init(
            socket: json["socket"]?.string, rooms: rooms.compactMap(\.string), isLost: json["is_lost"] == true)
    }
}
