/// A server under test.
struct Target: Equatable, Sendable {
    let host: String
    let port: Int
    /// Before every path: empty, or `/path` without a slash at its end.
    let prefix: String

    var name: String { "http://\(host):\(port)\(prefix)" }

    /// - Parameter url: `http://HOST[:PORT][/PREFIX]`.
    init?(url: String) {
        guard let match = url.wholeMatch(of: /http:\/\/([^\/:]+)(?::(\d{1,5}))?(\/.*)?/) else { return nil }
        host = String(match.1)
        port = match.2.flatMap { Int($0) } ?? 80
        guard (1...65535).contains(port) else { return nil }
        var path = match.3.map(String.init) ?? ""
        while path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
        prefix = path
    }
}
