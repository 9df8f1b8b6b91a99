internal import Encodings
internal import OrderedCollections

/// An address of a database in SQLAlchemy's form, `dialect+driver://user:password@host:port/database?key=value`, or no
/// more than a host with or without a port.
struct SQLAddress: Equatable {
    /// Dialect and driver; nil where the text is only a host.
    var scheme: String?
    var username: String?
    var password: String?
    var host: String?
    var port: Int?
    var database: String?
    var query: OrderedDictionary<String, String> = [:]

    /// - Returns: Nil where the text is no address.
    init?(_ text: String) {
        guard let mark = text.firstRange(of: "://") else {
            // As Rasa: what may stand around a host says nothing here.
            let authority = text.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            guard readHost(authority.split(separator: "@").last ?? "") else { return nil }
            return
        }
        scheme = String(text[..<mark.lowerBound])
        var rest = text[mark.upperBound...]
        if let question = rest.firstIndex(of: "?") {
            for item in rest[rest.index(after: question)...].split(separator: "&") {
                let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                query[Self.decoded(pair[0])] = pair.count > 1 ? Self.decoded(pair[1]) : ""
            }
            rest = rest[..<question]
        }
        if let slash = rest.lastIndex(of: "@").map({ rest[$0...] })?.firstIndex(of: "/") ?? rest.firstIndex(of: "/") {
            database = Self.decoded(rest[rest.index(after: slash)...])
            rest = rest[..<slash]
        }
        if let at = rest.lastIndex(of: "@") {
            let user = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            username = Self.decoded(user[0])
            password = user.count > 1 ? Self.decoded(user[1]) : nil
            rest = rest[rest.index(after: at)...]
        }
        if !rest.isEmpty, !readHost(rest) { return nil }
    }

    /// Takes a host, an IPv6 address in brackets, either with a port.
    private mutating func readHost(_ text: Substring) -> Bool {
        guard !text.isEmpty, !text.contains(where: { $0.isWhitespace }) else { return false }
        var rest = text
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { return false }
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            rest = rest[rest.index(after: end)...]
        } else {
            let end = rest.firstIndex(of: ":") ?? rest.endIndex
            // Several colons without brackets are an IPv6 address.
            if rest.filter({ $0 == ":" }).count > 1 {
                host = String(rest)
                return true
            }
            host = String(rest[..<end])
            rest = rest[end...]
        }
        guard !rest.isEmpty else { return true }
        guard rest.first == ":", let port = Int(rest.dropFirst()), (1...65535).contains(port) else { return false }
        self.port = port
        return host?.isEmpty == false
    }

    private static func decoded(_ text: Substring) -> String { Percent.decode(part: Array(text.utf8)[...]) }
}
