package struct Router: Sendable {
    /// What a method and a path lead to.
    package enum Match: Sendable {
        /// A route, and what stands for its `{name}`; its number counts from 1 in the order of the routes.
        case route(Route, parameter: Substring)
        /// The path exists, the method does not; the methods that do, as the `allow` header lists them.
        case wrongMethod(allowed: String)
        case nothing
    }

    private struct Place {
        var routes: [Route]

        var allowed: String {
            routes.map(\.method.rawValue).sorted().joined(separator: ", ")
        }

        func match(_ method: HTTPMethod, _ parameter: Substring) -> Match {
            let method = method == .head ? .get : method
            if let route = routes.first(where: { $0.method == method }) { return .route(route, parameter: parameter) }
            return routes.contains { $0.otherMethods == .notFound } ? .nothing : .wrongMethod(allowed: allowed)
        }
    }

    private var literal: [Substring: Place] = [:]
    /// Paths with a parameter; longer endings first, so that `/tracker/events` wins over `/events`.
    private var open: [(prefix: String, suffix: String, place: Place)] = []

    /// A router over these routes; of two for the same method and path the first counts.
    package init(_ routes: [Route]) {
        for (index, route) in routes.enumerated() {
            let route = route.numbered(index + 1)
            guard let start = route.path.unicodeScalars.firstIndex(of: "{"),
                let end = route.path.unicodeScalars.firstIndex(of: "}")
            else {
                literal[Router.withoutTrailingSlashes(route.path[...]), default: Place(routes: [])].routes.append(route)
                continue
            }
            let prefix = String(route.path[..<start])
            let suffix = String(route.path[route.path.unicodeScalars.index(after: end)...])
            if let index = open.firstIndex(where: { $0.prefix == prefix && $0.suffix == suffix }) {
                open[index].place.routes.append(route)
            } else {
                open.append((prefix, suffix, Place(routes: [route])))
            }
        }
        open.sort { $0.suffix.utf8.count > $1.suffix.utf8.count }
    }

    /// Where a request of this method to this path goes.
    package func match(_ method: HTTPMethod, _ path: Substring) -> Match {
        let path = Router.withoutTrailingSlashes(path)
        if let place = literal[path] { return place.match(method, "") }
        for (prefix, suffix, place) in open
        where path.utf8.count >= prefix.utf8.count + suffix.utf8.count && path.utf8.starts(with: prefix.utf8)
            && path.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
        {
            let start = path.utf8.index(path.startIndex, offsetBy: prefix.utf8.count)
            let end = path.utf8.index(path.endIndex, offsetBy: -suffix.utf8.count)
            return place.match(method, path[start..<end])
        }
        return .nothing
    }

    private static func withoutTrailingSlashes(_ path: Substring) -> Substring {
        let slash = UInt8(ascii: "/")
        guard path.utf8.last == slash else { return path }
        return path.utf8.lastIndex { $0 != slash }.map { Substring(path.utf8[...$0]) } ?? path.prefix(1)
    }
}
