package import JSON
import System

package struct EndpointResponse: Sendable {
    package let status: Int
    /// The kind of content, as the server names it.
    package let contentType: String?
    /// How long the server asks to wait before the next request, where it says so in seconds.
    package let retryAfter: Duration?
    package let body: [UInt8]

    package init(status: Int, contentType: String?, retryAfter: Duration? = nil, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.retryAfter = retryAfter
        self.body = body
    }

    /// Whether the status says that the request succeeded.
    package var isSuccess: Bool { status < 400 }

    /// The body as JSON, in the charset that the server names; `null` where it does not call it JSON, or it is empty.
    ///
    /// - Throws: ``EndpointError`` where it is called JSON and is none.
    package func json() throws(EndpointError) -> JSON {
        guard contentType.map({ ContentType($0).isJSON }) ?? false else { return .null }
        let text = trimmedBody
        guard !text.isEmpty else { return .null }
        return try JSON(response: try utf8(text))
    }

    /// The body as JSON, whatever the server calls it.
    ///
    /// - Throws: ``EndpointError`` where it is none.
    package func parsed() throws(EndpointError) -> JSON {
        try JSON(response: try utf8(trimmedBody))
    }

    /// The body's text in UTF-8. A charset that nobody knows is taken for UTF-8, as with Rasa.
    ///
    /// - Throws: ``EndpointError`` where the body is none in the charset that the server names.
    package func utf8() throws(EndpointError) -> [UInt8] { try utf8(body) }

    private func utf8(_ text: [UInt8]) throws(EndpointError) -> [UInt8] {
        guard let name = contentType.flatMap({ ContentType($0).charset }), name != "utf-8",
            let charset = Charset(named: name)
        else { return text }
        guard let converted = charset.utf8(text) else {
            throw EndpointError(.badResponse, "the server's response is not in the charset '\(name)' that it names")
        }
        return converted
    }

    /// The body without white space around it, byte by byte, as Rasa takes it.
    private var trimmedBody: [UInt8] {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard body.first.map(isSpace) ?? false || body.last.map(isSpace) ?? false else { return body }
        let start = body.drop(while: isSpace)
        guard let end = start.lastIndex(where: { !isSpace($0) }) else { return [] }
        return Array(start[...end])
    }
}

extension JSON {
    fileprivate init(response: [UInt8]) throws(EndpointError) {
        do {
            self = try JSON(parsing: response)
        } catch {
            throw EndpointError(.badResponse, "the server's response is not JSON: \(error)")
        }
    }
}

/// Why a server could not be asked.
package struct EndpointError: CodedError {
    package enum Code: Sendable, Hashable {
        /// The settings of the endpoint cannot work.
        case badConfiguration
        /// There is no connection, or it ended.
        case unreachable
        /// The response did not come in time.
        case timedOut
        /// The response is not what it must be.
        case badResponse
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
