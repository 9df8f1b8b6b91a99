import Foundation

/// A packet of Engine.IO 4 with what Socket.IO 5 puts into it, as far as an assistant's clients see it.
enum SocketPacket: Equatable, Sendable {
    case opened(sid: String)
    case ping
    case connected
    case sessionConfirmed
    case message
    case closed
    case other

    private struct Opening: Decodable { let sid: String }

    init(_ text: String) {
        switch text.utf8.first {
        case UInt8(ascii: "0"):
            let opening = try? JSONDecoder().decode(Opening.self, from: Data(text.utf8.dropFirst()))
            self = opening.map { .opened(sid: $0.sid) } ?? .other
        case UInt8(ascii: "1"): self = .closed
        case UInt8(ascii: "2"): self = .ping
        case UInt8(ascii: "4"):
            if text.utf8.starts(with: "40".utf8) {
                self = .connected
            } else if text.utf8.starts(with: "41".utf8) || text.utf8.starts(with: "44".utf8) {
                self = .closed
            } else if text.utf8.starts(with: #"42["bot_uttered""#.utf8) {
                self = .message
            } else if text.utf8.starts(with: #"42["session_confirm""#.utf8) {
                self = .sessionConfirmed
            } else {
                self = .other
            }
        default: self = .other
        }
    }

    /// Between packets in a body of the polling transport.
    static let separator: Unicode.Scalar = "\u{1e}"

    /// The packets in the body of a response.
    static func packets(in body: String) -> [String] {
        body.unicodeScalars.split(separator: separator).map { String($0) }
    }
}
