internal import HTTPServer
internal import JSON

/// What anybody may ask.
enum OpenRoutes {
    /// `GET /`, by which monitors see that the server runs.
    static func root(version: String) -> Route {
        let response = HTTPResponse.text("Hello from Parley \(version), in place of Rasa: \(RasaVersion.served)")
        return Route(.get, "/", answer: .atOnce { _ in response })
    }

    /// `GET /version`.
    static func version(_ version: String) -> Route {
        let body: JSON = [
            "version": .string(RasaVersion.served),
            "minimum_compatible_version": .string(RasaVersion.oldestArchive),
            "parley": .string(version),
        ]
        let response = HTTPResponse.json(body.encoded())
        return Route(.get, "/version", answer: .atOnce { _ in response })
    }
}
