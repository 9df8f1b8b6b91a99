import HTTPServer
import JSON
import RasaCompatibility

/// What anybody may ask.
enum OpenRoutes {
    /// `GET /`, by which monitors see that the server runs.
    static func root(version: String) -> Route {
        let response = HTTPResponse.text("Hello from Parley \(version), in place of Rasa: \(RasaVersion.compatible)")
        return Route(.get, "/", handler: .atOnce { _ in response })
    }

    /// `GET /version`. The key of our own stands at the plain path only; with a slash at the end, which no client of
    /// Parley's asks for, the response is Rasa's to the letter.
    static func version(_ version: String) -> Route {
        let rasa: JSON = [
            "version": .string(RasaVersion.compatible.description),
            "minimum_compatible_version": .string(RasaVersion.oldestTaken.description),
        ]
        var members = rasa.object ?? [:]
        members["parley"] = .string(version)
        let plain = HTTPResponse.json(JSON.object(members).encoded())
        let exact = HTTPResponse.json(rasa.encoded())
        return Route(.get, "/version", handler: .atOnce { $0.request.path == "/version" ? plain : exact })
    }

    /// `GET /openapi.json`, which tells of itself, too. It is made anew each time: it is asked for seldom, and would be
    /// kept by every worker.
    static func description(of routes: [Route], _ options: APIOptions) -> Route {
        let supported = routes.map { (method: $0.method, path: $0.path) } + [(.get, APIDescription.path)]
        return Route(
            .get, APIDescription.path,
            handler: .atOnce { _ in .json(APIDescription(supported, options: options).json.encoded()) })
    }
}
