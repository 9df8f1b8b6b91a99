import Channels
import JSON

/// The packets of Engine.IO, protocol 4: one character for the kind, then the content.
enum EnginePacket {
    /// What stands between the packets of one body.
    static let separator: Unicode.Scalar = "\u{1E}"
    static let close = "1"
    static let ping = "2"
    static let noop = "6"

    /// How often the server asks for a sign of life, in seconds; and how long it waits for one.
    static let pingInterval = 25
    static let pingTimeout = 20
    /// The longest body or frame that a client may send, in bytes: what is read within some milliseconds. Clients keep
    /// to it, as the first packet tells them.
    static let maxPayload = 256 << 10
    /// More packets in one body are refused. A client sends at once what it has kept while it was not connected.
    static let maxPackets = 1024

    /// The first packet of a session.
    static func open(_ session: String, canUpgrade: Bool) -> String {
        let content: JSON = [
            "sid": .string(session), "upgrades": canUpgrade ? ["websocket"] : [],
            "pingTimeout": .int(pingTimeout * 1000), "pingInterval": .int(pingInterval * 1000),
            "maxPayload": .int(maxPayload),
        ]
        return "0\(content.text())"
    }

    /// The packets of a body; nil where they are too many.
    static func packets(of body: String) -> [Substring]? {
        let separator = separator.utf8.first
        let packets = body.utf8.split(maxSplits: maxPackets, omittingEmptySubsequences: false) { $0 == separator }
        return packets.count <= maxPackets ? packets.map { Substring($0) } : nil
    }

    static func body(_ packets: [String]) -> String { packets.joined(separator: String(separator)) }

    /// A body for a page that can fetch nothing but scripts (JSONP).
    static func script(_ body: String, number: Int) -> String {
        "___eio[\(number)](\(JSON.string(body).text()));"
    }

    /// The body that was posted; such pages post it as the field `d` of a form.
    static func posted(_ bytes: [UInt8]) -> String {
        let field = bytes.starts(with: Array("d=".utf8)) ? Form(bytes)["d"] : nil
        return field ?? String(decoding: bytes, as: UTF8.self)
    }
}
