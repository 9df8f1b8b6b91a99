import Encodings
import ExactText
import OrderedCollections

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
    var query: OrderedDictionary<ExactString, String> = [:]

    /// - Returns: Nil where the text is no address.
    init?(_ text: String) {
        guard let mark = text.exact.firstRange(of: "://") else {
            // As Rasa: what may stand around a host says nothing here.
            let authority = Substring(text.unicodeScalars.prefix { $0 != "/" && $0 != "?" && $0 != "#" })
            guard readHost(authority.exact.split(separator: "@").last ?? "") else { return nil }
            return
        }
        scheme = String(text[..<mark.lowerBound])
        var rest = text[mark.upperBound...]
        if let question = rest.unicodeScalars.firstIndex(of: "?") {
            for item in rest[rest.unicodeScalars.index(after: question)...].exact.split(separator: "&") {
                let pair = item.exact.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                query[Self.decoded(pair[0])] = pair.count > 1 ? Self.decoded(pair[1]) : ""
            }
            rest = rest[..<question]
        }
        if let slash = rest.unicodeScalars.lastIndex(of: "@").map({ rest[$0...] })?.unicodeScalars.firstIndex(of: "/")
            ?? rest.unicodeScalars.firstIndex(of: "/")
        {
            database = Self.decoded(rest[rest.unicodeScalars.index(after: slash)...])
            rest = rest[..<slash]
        }
        if let at = rest.unicodeScalars.lastIndex(of: "@") {
            let user = rest[..<at].exact.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            username = Self.decoded(user[0])
            password = user.count > 1 ? Self.decoded(user[1]) : nil
            rest = rest[rest.unicodeScalars.index(after: at)...]
        }
        if !rest.isEmpty, !readHost(rest) { return nil }
    }

    /// Takes a host, an IPv6 address in brackets, either with a port.
    private mutating func readHost(_ text: Substring) -> Bool {
        guard !text.isEmpty, !text.unicodeScalars.contains(where: { $0.properties.isWhitespace }) else { return false }
        var rest = text
        if rest.utf8.first == UInt8(ascii: "[") {
            guard let end = rest.unicodeScalars.firstIndex(of: "]") else { return false }
            host = String(rest[rest.unicodeScalars.index(after: rest.startIndex)..<end])
            rest = rest[rest.unicodeScalars.index(after: end)...]
        } else {
            let end = rest.unicodeScalars.firstIndex(of: ":") ?? rest.endIndex
            // Several colons without brackets are an IPv6 address.
            if rest.utf8.filter({ $0 == UInt8(ascii: ":") }).count > 1 {
                host = String(rest)
                return true
            }
            host = String(rest[..<end])
            rest = rest[end...]
        }
        guard !rest.isEmpty else { return true }
        guard rest.utf8.first == UInt8(ascii: ":"), let port = Int(rest.dropFirst()), (1...65535).contains(port) else {
            return false
        }
        self.port = port
        return host?.isEmpty == false
    }

    private static func decoded(_ text: Substring) -> String { Percent.decode(part: Array(text.utf8)[...]) }
}
