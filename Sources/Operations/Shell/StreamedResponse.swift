import JSON
import NIOCore
import WebClient

/// The response of a REST channel that streams: a message in each line.
struct StreamedResponse: Sendable {
    private(set) var status = 0
    private(set) var last: JSON?
    private var line: [UInt8] = []

    /// Whether the messages are all that was said.
    var isSuccess: Bool { status < 400 && line.isEmpty }
    /// What came and is no message.
    var rest: String { String(decoding: line, as: UTF8.self) }

    /// Takes a piece of the response.
    ///
    /// - Returns: The messages that it completed.
    mutating func take(_ piece: ResponsePiece) -> [JSON] {
        switch piece {
        case .head(let head):
            status = head.status
            return []
        case .part(let buffer):
            line += buffer.readableBytesView
            return status < 400 ? completed() : []
        }
    }

    private mutating func completed() -> [JSON] {
        guard let end = line.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let messages = line[..<end].split(separator: UInt8(ascii: "\n")).compactMap { try? JSON(parsing: Array($0)) }
        line.removeSubrange(...end)
        last = messages.last ?? last
        return messages
    }
}
