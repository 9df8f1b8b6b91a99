import ExactText
import HTTPServer

/// Says to browsers whose pages may read the responses. The same headers as Rasa's, on errors too.
struct CORS: Sendable {
    private enum Origin: Sendable {
        case any
        /// In lower case.
        case literal(String)
        case pattern(CORSPattern)
    }

    private let origins: [Origin]
    /// Whether the headers depend on who asks.
    private let varies: Bool
    /// The headers of responses to requests without an origin: those of monitors and other servers.
    private let withoutOrigin: [HTTPField]

    private static let common = [
        HTTPField("access-control-expose-headers", "filename"), HTTPField("access-control-allow-credentials", "true"),
    ]
    private static let vary = HTTPField("vary", "Origin")
    private static let methods = HTTPField(
        "access-control-allow-methods", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT")

    /// - Parameter origins: As after `--cors`. An empty one allows nobody, but counts as one of several.
    init(origins: [String]) throws(CORSError) {
        var read: [Origin] = []
        var literals: [String] = []
        for origin in origins {
            if origin == "*" || origin == ".*" {
                read.append(.any)
            } else if origin.unicodeScalars.contains(where: { "*?\\]".unicodeScalars.contains($0) }) {
                read.append(.pattern(try CORSPattern(origin)))
            } else {
                read.append(.literal(origin.lowercased()))
                literals.append(origin)
            }
        }
        self.origins = read
        let isAny = read.contains { if case .any = $0 { true } else { false } }
        varies = read.count > 1 || read.count > literals.count
        // Of several origins Rasa names the last in order, though no browser reads it.
        if isAny {
            withoutOrigin = [HTTPField("access-control-allow-origin", "*")] + CORS.common
        } else if let named = literals.max(by: { $0.exact < $1.exact }), !named.isEmpty {
            withoutOrigin =
                [HTTPField("access-control-allow-origin", named)] + CORS.common + (varies ? [CORS.vary] : [])
        } else {
            withoutOrigin = literals.count == read.count ? CORS.common : []
        }
    }

    /// The response with the headers that belong to the request's origin.
    func adding(to response: HTTPResponse, for request: HTTPRequest) -> HTTPResponse {
        let fields = fields(for: request.fields["origin"])
        guard !fields.isEmpty else { return response }
        var response = response
        if response.fields.isEmpty {
            response.fields = fields
        } else {
            response.fields += fields
        }
        return response
    }

    /// The response to `OPTIONS`, which any path takes, known or not.
    func preflightResponse(_ request: HTTPRequest) -> HTTPResponse {
        var fields = fields(for: request.fields["origin"])
        if !fields.isEmpty, let method = request.fields["access-control-request-method"],
            CORS.methods.value.exact.components(separatedBy: ", ").contains(Substring(method.uppercased()))
        {
            fields.append(CORS.methods)
            let asked = (request.fields["access-control-request-headers"] ?? "").exact.split(separator: ",")
            let names = asked.map { Substring($0.unicodeScalars.drop { $0 == " " }) }.map {
                $0.exact.split(separator: " ").first ?? ""
            }
            if !names.isEmpty {
                fields.append(
                    HTTPField(
                        "access-control-allow-headers",
                        names.map(String.init).sortedByCodePoints().joined(separator: ", ")))
            }
        }
        return HTTPResponse(status: .ok, fields: fields)
    }

    private func fields(for origin: String?) -> [HTTPField] {
        guard let origin, !origin.isEmpty else { return withoutOrigin }
        guard allows(origin) else { return [] }
        let field = HTTPField("access-control-allow-origin", origin)
        return [field] + CORS.common + (varies ? [CORS.vary] : [])
    }

    private func allows(_ origin: String) -> Bool {
        origins.contains { allowed in
            switch allowed {
            case .any: true
            case .literal(let literal): literal.exact == origin.lowercased().exact
            case .pattern(let pattern): pattern.matches(origin)
            }
        }
    }
}
