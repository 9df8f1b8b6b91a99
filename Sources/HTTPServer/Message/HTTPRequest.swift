import ExactText
package import NIOCore

/// A request with its whole body.
package struct HTTPRequest: Sendable {
    /// What is to be done.
    package let method: HTTPMethod
    /// The path as it came: not percent-decoded, without query and fragment, `/` at least.
    package let path: Substring
    /// What followed the path.
    package let query: Query
    /// The headers.
    package let fields: RequestHeaders
    /// The body, whatever its content type; empty where there was none.
    package let body: ByteBuffer
    /// Values that the JSON of the body may have.
    package let maxJSONValues: Int
    /// Who waits for the response; nil where nobody can leave.
    package internal(set) var client: ClientPresence?
    /// Where it leads; nil where nobody has looked yet.
    package var match: Router.Match?

    /// A request to a target: a path with or without a query, or a whole URL.
    package init(
        method: HTTPMethod, target: String, fields: RequestHeaders = RequestHeaders(), body: ByteBuffer = ByteBuffer(),
        maxJSONValues: Int = HTTPRequest.maxJSONValues
    ) {
        self.method = method
        (path, query) = HTTPRequest.parts(of: target)
        self.fields = fields
        self.body = body
        self.maxJSONValues = maxJSONValues
    }

    /// The number of its route; 0 where it has none.
    var routeNumber: Int {
        guard case .route(let route, _)? = match else { return 0 }
        return route.number
    }

    static func parts(of target: String) -> (path: Substring, query: Query) {
        let target = withoutOrigin(target)
        guard let mark = target.utf8.firstIndex(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) else {
            return (target.isEmpty ? "/" : target, Query(""))
        }
        let path = target[..<mark]
        var query = target[mark...]
        if let fragment = query.utf8.firstIndex(of: UInt8(ascii: "#")) { query = query[..<fragment] }
        return (path.isEmpty ? "/" : path, Query(query.dropFirst()))
    }

    /// Proxies send whole URLs; the path begins after the host.
    private static func withoutOrigin(_ target: String) -> Substring {
        guard target.utf8.first != UInt8(ascii: "/"),
            let colon = target.utf8.firstIndex(of: UInt8(ascii: ":")), target[colon...].exact.hasPrefix("://")
        else { return target[...] }
        let host = target[target.utf8.index(colon, offsetBy: 3)...]
        guard let end = host.utf8.firstIndex(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }) else {
            return "/"
        }
        return host[end...]
    }
}
