import ExactText
public import JSON

/// What a server answered.
public struct EndpointAnswer: Sendable {
    /// The status of HTTP.
    public let status: Int
    /// The kind of content, as the server names it.
    public let contentType: String?
    /// How long the server asks to wait before the next request, where it says so in seconds.
    public let retryAfter: Duration?
    /// The body.
    public let body: [UInt8]

    /// An answer from its parts.
    public init(status: Int, contentType: String?, retryAfter: Duration? = nil, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.retryAfter = retryAfter
        self.body = body
    }

    /// Whether the status says that the request succeeded.
    public var isSuccess: Bool { status < 400 }

    /// The body as JSON; `null` where the server does not call it JSON, or it is empty.
    ///
    /// - Throws: ``EndpointError`` where it is called JSON and is none.
    public func json() throws(EndpointError) -> JSON {
        guard isCalledJSON, body.contains(where: { $0 > 0x20 }) else { return .null }
        return try parsed()
    }

    /// The body as JSON, whatever the server calls it.
    ///
    /// - Throws: ``EndpointError`` where it is none.
    public func parsed() throws(EndpointError) -> JSON {
        do {
            return try JSON(parsing: body)
        } catch {
            throw EndpointError(.badAnswer, "the server's answer is no JSON: \(error)")
        }
    }

    private var isCalledJSON: Bool {
        guard let type = contentType.map({ String($0.unicodeScalars.prefix { $0 != ";" }).lowercased() }) else {
            return false
        }
        return type.exact.hasPrefix("application/") && (type == "application/json" || type.exact.hasSuffix("+json"))
    }
}

/// Why a server could not be asked.
public struct EndpointError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Code: Sendable, Hashable {
        /// The settings of the endpoint cannot work.
        case badConfiguration
        /// There is no connection, or it ended.
        case unreachable
        /// The answer did not come in time.
        case timedOut
        /// The answer is not what it must be.
        case badAnswer
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, with the server's address.
    public let description: String

    /// A failure from its parts.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
