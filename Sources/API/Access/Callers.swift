import Cryptography
import Dialogue
import ExactText
import HTTPServer
import Logging
import System
import WebTokens

/// Finds out who sent a request: by the token, a web token (JWT), or either where both are configured.
struct Callers: Sendable {
    private let token: [UInt8]?
    private let webTokens: TokenVerifier?
    private let logger = Logger(label: "parley.access")

    /// - Parameters:
    ///   - token: What makes a caller an admin; nil for none.
    ///   - webTokens: Checks web tokens; nil takes none. With neither everybody is an admin.
    init(token: String?, webTokens: TokenVerifier?) {
        self.token = token.map { Array($0.utf8) }
        self.webTokens = webTokens
    }

    /// - Throws: 401 where the request does not say, or wrongly; 400 where its `Authorization` cannot be read.
    func caller(of request: HTTPRequest) throws(APIError) -> Caller {
        if token == nil && webTokens == nil { return .admin }
        if isToken(request.query.first("token")) { return .admin }
        let credentials = try Credentials(request.fields.all("authorization"))
        switch credentials {
        case .token(let given) where isToken(given): return .admin
        case .bearer(let given):
            guard let webTokens else { throw .notAuthenticated }
            do throws(TokenError) {
                return Caller(payload: try webTokens.payload(of: given.utf8, now: WallClock.now()))
            } catch {
                logger.debug("web token refused", metadata: ["reason": "\(error)"])
                throw .notAuthenticated
            }
        case .unknown where webTokens != nil: throw .invalidAuthorization
        case .token where token == nil: throw .invalidAuthorization
        case .token, .none, .unknown: throw .notAuthenticated
        }
    }

    private func isToken(_ given: String?) -> Bool {
        guard let token, let given else { return false }
        return ConstantTime.isSecret(Array(given.utf8), token)
    }
}

extension Callers {
    /// What `Authorization` holds. The words are case sensitive, as with Rasa.
    enum Credentials: Hashable {
        case none
        /// `Bearer …`, a web token.
        case bearer(Substring)
        /// `Token …`, which Rasa does not know: its token is taken from the query, where proxies log it.
        case token(String)
        case unknown

        /// - Throws: 400 where there are several headers, of which programs on the way might look at another.
        init(_ values: [String]) throws(APIError) {
            guard let value = values.first else {
                self = .none
                return
            }
            guard values.count == 1 else { throw .invalidAuthorization }
            let words = value.exact.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            switch words[0] {
            case "Bearer": self = words.count < 2 || words[1].exact.contains(" ") ? .unknown : .bearer(words[1])
            case "Token" where words.count == 2: self = .token(String(words[1]))
            default: self = .unknown
            }
            // The space after the word is lost with the line's end, so no token at all looks the same as an empty one.
            if value == "Bearer" || value == "Bearer " { self = .none }
        }
    }
}
